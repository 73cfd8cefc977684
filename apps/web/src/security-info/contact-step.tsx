import { useCallback, useState, type FormEvent } from 'react';
import type { Method } from '../api/contract.js';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { useFirstError } from '../ui/use-first-error.js';
import { ChangeFailure } from './change-failure.js';
import { CodeEntry } from './code-entry.js';
import { securityInfo, type OwnMethods, type Registration } from './security-info-api.js';
import { useSecurityMessages } from './messages.js';

interface Props {
  method: Method;
  replaces: string | undefined;
  onDone: (view: OwnMethods | undefined) => void;
  onCancel: () => void;
}

/** An address or a number, and the code or call that shows it is the person's. */
export function ContactStep({ method, replaces, onDone, onCancel }: Props) {
  const security = useSecurityMessages();
  const [contact, setContact] = useState('');
  const [started, setStarted] = useState<Registration>();
  const words = security.contact;
  const id = started?.registrationId ?? '';
  const progress = useCallback(() => securityInfo.progress(id).then(({ state }) => state), [id]);
  const call = method.endsWith('-call');

  if (!started) {
    return (
      <div className="flow">
        <StepHeading eyebrow={security.title} title={method === 'email' ? words.emailTitle : words.phoneTitle} />
        <ContactForm
          method={method}
          contact={contact}
          replaces={replaces}
          onChange={setContact}
          onStarted={setStarted}
          onCancel={onCancel}
        />
      </div>
    );
  }
  return (
    <div className="flow">
      <StepHeading eyebrow={security.title} title={security.code.title} />
      {!call && <p className="lead">{security.code.sent(contact)}</p>}
      <CodeEntry
        method={method}
        digits={started.digits}
        answer={(code, key) => securityInfo.confirm(started.registrationId, code, key)}
        resend={(key) => securityInfo.resend(started.registrationId, key).then(setStarted)}
        progress={progress}
        onDone={onDone}
        onCancel={onCancel}
      />
    </div>
  );
}

interface FormProps {
  method: Method;
  contact: string;
  replaces: string | undefined;
  onChange: (contact: string) => void;
  onStarted: (registration: Registration) => void;
  onCancel: () => void;
}

function ContactForm({ method, contact, replaces, onChange, onStarted, onCancel }: FormProps) {
  const { t } = useLanguage();
  const security = useSecurityMessages();
  const words = security.contact;
  const [attempt, setAttempt] = useState(0);
  const start = useAction(securityInfo.register);
  const form = useFirstError(`${attempt} ${start.failure?.message}`);
  const { failure } = start;
  const mail = method === 'email';
  const unfit = hasCode(failure, 'contact-unfit') ? words.unfit[failure.details.why ?? ''] : undefined;
  const registered = hasCode(failure, 'contact-registered') ? words.registered : undefined;
  const error = attempt > 0 && contact.trim() === '' ? t.required : (unfit ?? registered);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (contact.trim() === '') return;
    const wish = { method, contact: contact.trim(), ...(replaces !== undefined && { replaces }) };
    const started = await start.run(wish);
    if (started) onStarted(started);
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      {!unfit && !registered && <ChangeFailure failure={failure} />}
      {!mail && <Notice kind="info">{words.risk}</Notice>}
      <Field
        label={mail ? words.email : words.phone}
        hint={mail ? words.emailHint : words.phoneHint}
        value={contact}
        onChange={(typed) => {
          onChange(typed);
          start.clear();
        }}
        error={error}
        name="contact"
        type={mail ? 'email' : 'tel'}
        inputMode={mail ? 'email' : 'tel'}
        autoComplete={mail ? 'email' : 'tel'}
        autoCapitalize="off"
        spellCheck={false}
      />
      <div className="actions">
        <Button look="primary" type="submit" busy={start.busy}>
          {method.endsWith('-call') ? words.call : words.send}
        </Button>
        <Button onClick={onCancel}>{t.cancel}</Button>
      </div>
    </form>
  );
}
