import { useRef } from 'react';
import { useBranding } from '../branding/branding.js';
import { useMessages } from '../messages/language.js';
import { CopyButton } from './copy-button.js';
import { LifebuoyIcon } from './icons.js';

/** Whom to ask and what to tell them. */
export function Helpdesk({
  contact,
  supportCode,
}: {
  contact?: string | null | undefined;
  supportCode?: string | undefined;
}) {
  const t = useMessages();
  const { helpdesk } = useBranding();
  const address = contact ?? helpdesk;
  if (address === null && supportCode === undefined) return null;
  return (
    <section className="helpdesk">
      {address !== null && (
        <p className="helpdesk-contact">
          <LifebuoyIcon />
          <ContactLink contact={address} />
        </p>
      )}
      {supportCode !== undefined && (
        <SupportCode code={supportCode} label={t.help.supportCode} use={t.help.supportCodeUse} />
      )}
    </section>
  );
}

function ContactLink({ contact }: { contact: string }) {
  const t = useMessages();
  const href = hrefOf(contact);
  return href ? <a href={href}>{t.help.contactAt(readable(contact))}</a> : <span>{t.help.contactAt(contact)}</span>;
}

function SupportCode({ code, label, use }: { code: string; label: string; use: string }) {
  const shown = useRef<HTMLElement>(null);
  return (
    <div className="support-code">
      <p className="support-code-label">{label}</p>
      <p className="support-code-value">
        <code ref={shown}>{code}</code>
        <CopyButton text={code} label={label} shownIn={shown} />
      </p>
      <p className="hint">{use}</p>
    </div>
  );
}

/** Only pages, mail addresses and telephone numbers become links, whatever a tenant has configured. */
export function hrefOf(contact: string): string | undefined {
  if (/^(https?:\/\/|mailto:|tel:)\S+$/i.test(contact)) return contact;
  if (/^[^\s@/:]+@[^\s@/:]+$/.test(contact)) return `mailto:${contact}`;
  if (/^\+?[\d\s()-]{5,}$/.test(contact)) return `tel:${contact.replace(/[^\d+]/g, '')}`;
  return undefined;
}

function readable(contact: string): string {
  return contact.replace(/^(mailto:|tel:|https?:\/\/)/i, '').replace(/\/$/, '');
}
