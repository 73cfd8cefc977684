import { useState, type FormEvent } from 'react';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useMessages } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Choice, ChoiceGroup } from '../ui/choice.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { Field } from '../ui/field.js';
import { MailIcon, PhoneIcon } from '../ui/icons.js';
import { useFirstError } from '../ui/use-first-error.js';
import type { HelpdeskUser } from './helpdesk.js';
import { helpdeskApi, type InCase } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';

/** An administrator vouches for an address or a number. */
export function ProposeForm({ onProposed, ...where }: InCase & { onProposed: (user: HelpdeskUser) => void }) {
  const words = useHelpdeskMessages();
  const t = words.contact;
  const { required } = useMessages();
  const [method, setMethod] = useState<'email' | 'sms'>('email');
  const [contact, setContact] = useState('');
  const [attempt, setAttempt] = useState(0);
  const [asking, setAsking] = useState(false);
  const propose = useAction(helpdeskApi.propose);
  const form = useFirstError(`${attempt} ${propose.failure?.message}`);
  const unfit = hasCode(propose.failure, 'contact-unfit')
    ? (words.unfit[propose.failure.details.why ?? ''] ?? words.unfitOther)
    : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (contact.trim() !== '') setAsking(true);
  }

  async function confirmed() {
    const now = await propose.run({ ...where, method, contact: contact.trim() });
    setAsking(false);
    if (now) onProposed(now);
  }

  const typed = (change: () => void) => {
    change();
    propose.clear();
  };
  return (
    <form ref={form} noValidate onSubmit={submit}>
      {unfit === undefined && <Refusal failure={propose.failure} />}
      <ChoiceGroup label={t.kind}>
        <Choice
          name="kind"
          icon={<MailIcon />}
          label={t.email}
          checked={method === 'email'}
          onChoose={() => typed(() => setMethod('email'))}
        />
        <Choice
          name="kind"
          icon={<PhoneIcon />}
          label={t.sms}
          checked={method === 'sms'}
          onChoose={() => typed(() => setMethod('sms'))}
        />
      </ChoiceGroup>
      <Field
        label={method === 'email' ? t.emailLabel : t.smsLabel}
        value={contact}
        onChange={(text) => typed(() => setContact(text))}
        error={attempt > 0 && contact.trim() === '' ? required : unfit}
        name="contact"
        type={method === 'email' ? 'email' : 'tel'}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={256}
      />
      <div className="actions">
        <Button type="submit">{t.propose}</Button>
      </div>
      <ConfirmDialog
        open={asking}
        title={t.confirmTitle}
        confirm={t.yes}
        dismiss={t.no}
        busy={propose.busy}
        onConfirm={() => void confirmed()}
        onDismiss={() => setAsking(false)}
      >
        <p>{contact.trim()}</p>
        <p>{t.confirm}</p>
      </ConfirmDialog>
    </form>
  );
}
