import { useState, type FormEvent, type ReactNode } from 'react';
import { api } from '../api/client.js';
import type { Method, MethodOffer } from '../api/contract.js';
import { hasCode } from '../api/problem.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Choice, ChoiceGroup } from '../ui/choice.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Field } from '../ui/field.js';
import { AppIcon, CallIcon, MailIcon, PhoneIcon, QuestionIcon } from '../ui/icons.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { useFirstError } from '../ui/use-first-error.js';
import { Progress } from './progress.js';
import { useRecovery, useRecoveryAction } from './use-recovery.js';

interface Props {
  onIssued: () => void;
  /** the full address that was typed, so that a resend need not ask again */
  onContact: (method: Method, address: string) => void;
  onCancel: () => void;
  onContactAdministrator: () => void;
}

/** Which way to prove it, and the full address or number behind the mask before anything is sent. */
export function MethodStep({ onIssued, onContact, onCancel, onContactAdministrator }: Props) {
  const { t, formats } = useLanguage();
  const { held, view, blocked, refresh, toLocal } = useRecovery();
  const usable = view.methods.filter((offer) => offer.blockedUntil === undefined);
  const [method, setMethod] = useState(usable.length === 1 ? usable[0]!.method : undefined);
  const [contact, setContact] = useState('');
  const [submitted, setSubmitted] = useState({ attempt: 0, contact: '' });
  const issue = useRecoveryAction(async (request: { method: Method; contact?: string }, key: string) => {
    await api.issueChallenge(held, request, key);
    await refresh();
    return true;
  });
  const form = useFirstError(`${submitted.attempt} ${issue.failure?.message}`);
  const chosen = usable.find((offer) => offer.method === method);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted({ attempt: submitted.attempt + 1, contact });
    if (!chosen || (chosen.confirmContact && contact.trim() === '')) return;
    const typed = contact.trim();
    const request = chosen.confirmContact ? { method: chosen.method, contact: typed } : { method: chosen.method };
    if (!(await issue.run(request))) return;
    if (chosen.confirmContact) onContact(chosen.method, typed);
    // The live view may have told of the challenge first, and the person may have come back from it since.
    if (form.current) onIssued();
  }

  const tried = submitted.attempt > 0;
  const missing = tried && !chosen && usable.length > 0 ? t.method.choose : undefined;
  const contactError =
    !tried || contact !== submitted.contact
      ? undefined
      : contact.trim() === ''
        ? t.method.contactMissing
        : hasCode(issue.failure, 'contact-mismatch')
          ? t.method.mismatch
          : undefined;

  return (
    <form ref={form} noValidate onSubmit={submit}>
      <Progress stage="verify" />
      <StepHeading eyebrow={held.username} title={view.gatesPassed > 0 ? t.method.titleSecond : t.method.title} />
      {view.challenge?.state === 'failed' && <Notice kind="error">{t.code.delivery.failed}</Notice>}
      {blocked?.details.blockedUntil !== undefined && (
        <Notice kind="error">
          {t.code.blocked(formats.moment(toLocal(blocked.details.blockedUntil)))}{' '}
          {usable.length > 0 && t.code.blockedOther}
        </Notice>
      )}
      {!hasCode(issue.failure, 'contact-mismatch', 'blocked') && <FailureNotice failure={issue.failure} />}
      <ChoiceGroup label={t.method.title} error={missing}>
        {view.methods.map((offer, i) => (
          <Choice
            key={offer.method}
            name="method"
            icon={ICONS[offer.method]}
            label={t.method.of[offer.method].offer}
            more={
              offer.blockedUntil === undefined
                ? offer.hint
                : t.method.blockedUntil(formats.moment(toLocal(offer.blockedUntil)))
            }
            checked={offer.method === method}
            disabled={offer.blockedUntil !== undefined}
            invalid={missing !== undefined && i === 0}
            onChoose={() => {
              setMethod(offer.method);
              setContact('');
              issue.clear();
            }}
          >
            {offer.confirmContact && (
              <ContactField offer={offer} value={contact} onChange={setContact} error={contactError} />
            )}
            {PHONE.has(offer.method) && <p className="hint">{t.method.phoneRisk}</p>}
          </Choice>
        ))}
      </ChoiceGroup>
      <div className="actions">
        <Button look="primary" type="submit" busy={issue.busy}>
          {chosen ? t.method[LABELS[chosen.method]] : t.next}
        </Button>
        <Button onClick={onCancel}>{t.cancel}</Button>
      </div>
      <p className="aside">
        <button type="button" className="button plain" onClick={onContactAdministrator}>
          {t.help.contact}
        </button>
      </p>
    </form>
  );
}

function ContactField(props: {
  offer: MethodOffer;
  value: string;
  onChange: (v: string) => void;
  error: string | undefined;
}) {
  const { t } = useLanguage();
  const mail = props.offer.method === 'email';
  return (
    <Field
      label={mail ? t.method.confirmEmail : t.method.confirmPhone}
      hint={t.method.confirmWhy(props.offer.hint)}
      value={props.value}
      onChange={props.onChange}
      error={props.error}
      name="contact"
      type={mail ? 'email' : 'tel'}
      inputMode={mail ? 'email' : 'tel'}
      autoComplete={mail ? 'email' : 'tel'}
      autoCapitalize="off"
      spellCheck={false}
    />
  );
}

/** Ways that hang on who holds a number. */
const PHONE: ReadonlySet<Method> = new Set(['sms', 'mobile-call', 'office-call']);

const ICONS: Record<Method, ReactNode> = {
  email: <MailIcon />,
  sms: <PhoneIcon />,
  'mobile-call': <CallIcon />,
  'office-call': <CallIcon />,
  'app-notification': <AppIcon />,
  'app-code': <AppIcon />,
  'security-questions': <QuestionIcon />,
};

const LABELS: Record<Method, 'send' | 'call' | 'go'> = {
  email: 'send',
  sms: 'send',
  'mobile-call': 'call',
  'office-call': 'call',
  'app-notification': 'go',
  'app-code': 'go',
  'security-questions': 'go',
};
