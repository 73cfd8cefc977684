import { useId, useState, type FormEvent, type ReactNode } from 'react';
import type { DirectoryRules, PasswordPolicy } from '../api/contract.js';
import { hasCode, type Failure } from '../api/problem.js';
import { useMessages } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { useFirstError } from '../ui/use-first-error.js';
import { DirectoryRuleList } from './directory-rules.js';
import { RuleList } from './rule-list.js';
import { checkRules } from './rules.js';
import { StrengthMeter } from './strength-meter.js';

interface Props {
  policy: PasswordPolicy | undefined;
  username: string;
  submitLabel: string;
  busy: boolean;
  failure: Failure | undefined;
  /** reasons of an earlier verdict that came by progress instead of as the answer */
  rejection?: { reasons: string[]; rules?: DirectoryRules } | undefined;
  onSubmit: (newPassword: string) => void;
  /** further fields before the new password */
  children?: ReactNode;
  /** further actions beside the submit button */
  actions?: ReactNode;
}

/** A new password typed twice, checked while it is typed. Pasting and password managers are welcome. */
export function NewPasswordForm(props: Props) {
  const { policy, username, submitLabel, busy, failure, rejection, onSubmit, children, actions } = props;
  const t = useMessages();
  const rulesId = useId();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [revealed, setRevealed] = useState(false);
  const [submitted, setSubmitted] = useState({ attempt: 0, password: '', again: '' });
  const form = useFirstError(submitted.attempt);

  const checks = checkRules(password, policy, username);
  const errors = errorsOf(submitted, password, again);
  const { reasons, rules } = verdictOf(failure, rejection);

  const refused = reasons !== undefined && reasons.length > 0 && password === submitted.password;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setSubmitted({ attempt: submitted.attempt + 1, password, again });
    if (wrongsOf(password, again).length === 0) onSubmit(password);
  }

  function errorsOf(at: typeof submitted, passwordNow: string, againNow: string) {
    if (at.attempt === 0) return {};
    const wrong = wrongsOf(at.password, at.again);
    return {
      password:
        passwordNow !== at.password
          ? undefined
          : wrong.includes('missing')
            ? t.password.missing
            : wrong.includes('short')
              ? t.password.tooShort(policy?.minLength ?? 0)
              : undefined,
      again:
        againNow === at.again && passwordNow === at.password && wrong.includes('mismatch')
          ? t.password.mismatch
          : undefined,
    };
  }

  function wrongsOf(first: string, second: string): ('missing' | 'short' | 'mismatch')[] {
    if (first === '') return ['missing'];
    if (checkRules(first, policy, username).some(({ rule, met }) => rule === 'length' && !met)) return ['short'];
    return first === second ? [] : ['mismatch'];
  }

  const type = revealed ? 'text' : 'password';
  const typing = { autoCapitalize: 'off', autoCorrect: 'off', spellCheck: false, type, autoComplete: 'new-password' };
  return (
    <form ref={form} noValidate onSubmit={submit}>
      {reasons && reasons.length > 0 ? (
        <Notice kind="error">
          <p>
            <strong>{t.password.rejectedTitle}</strong>
          </p>
          <ul>
            {reasons.map((reason) => (
              <li key={reason}>{t.password.rejected[reason] ?? t.password.rejected['directory-policy']}</li>
            ))}
          </ul>
          {rules && reasons.includes('directory-policy') && <DirectoryRuleList rules={rules} />}
        </Notice>
      ) : (
        !hasCode(failure, 'password-rejected') && <FailureNotice failure={failure} />
      )}
      {children}
      <input
        className="visually-hidden"
        type="text"
        name="username"
        autoComplete="username"
        value={username}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field
        {...typing}
        label={t.password.label}
        name="new-password"
        value={password}
        onChange={setPassword}
        error={errors.password}
        describedBy={policy && rulesId}
      />
      <StrengthMeter
        password={password}
        unusable={refused || checks.some(({ rule, met }) => rule === 'length' && !met)}
      />
      {policy && <RuleList id={rulesId} checks={checks} policy={policy} />}
      {password !== password.normalize('NFC') && <Notice kind="info">{t.password.normalised}</Notice>}
      <Field
        {...typing}
        label={t.password.again}
        name="new-password-again"
        value={again}
        onChange={setAgain}
        error={errors.again}
      />
      <label className="checkbox">
        <input type="checkbox" checked={revealed} onChange={(event) => setRevealed(event.target.checked)} />
        <span>{t.password.reveal}</span>
      </label>
      <div className="actions">
        <Button look="primary" type="submit" busy={busy}>
          {submitLabel}
        </Button>
        {actions}
      </div>
    </form>
  );
}

type Verdict = Partial<NonNullable<Props['rejection']>>;

/** Why the password was refused: in the answer to it, or by progress afterwards. */
function verdictOf(failure: Failure | undefined, rejection: Props['rejection']): Verdict {
  if (!failure) return rejection ?? {};
  if (!hasCode(failure, 'password-rejected')) return {};
  const { reasons = [], rules } = failure.details;
  return { reasons, ...(rules && { rules }) };
}
