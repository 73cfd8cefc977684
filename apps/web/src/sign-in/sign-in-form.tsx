import { useEffect, useState, type FormEvent } from 'react';
import { api } from '../api/client.js';
import type { Session } from '../api/contract.js';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useBranding } from '../branding/branding.js';
import { useMessages } from '../messages/language.js';
import { Link } from '../routing.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { useFirstError } from '../ui/use-first-error.js';

interface Props {
  /** the password was just changed, which ended the session */
  changed: boolean;
  onSignedIn: (username: string, session: Session, byPass: boolean) => void;
  onExpired: (username: string, changeToken: string, currentPassword: string) => void;
}

/** User id and password, and the app's code where the account needs one. */
export function SignInForm({ changed, onSignedIn, onExpired }: Props) {
  const t = useMessages();
  const { showFor } = useBranding();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [byPass, setByPass] = useState(false);
  const [code, setCode] = useState<string>();
  const [attempt, setAttempt] = useState(0);
  const form = useFirstError(attempt);
  const signIn = useAction(api.signIn);
  const [codeSent, setCodeSent] = useState(false);

  useEffect(() => {
    if (hasCode(signIn.failure, 'second-factor-required')) setCode((typed) => typed ?? '');
    if (hasCode(signIn.failure, 'password-expired') && signIn.failure.details.changeToken !== undefined) {
      onExpired(username.trim(), signIn.failure.details.changeToken, password);
    }
    // Only a new failure moves on, not what is typed after it.
  }, [signIn.failure]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (username.trim() === '' || password === '' || code?.trim() === '') return;
    const typed = code?.normalize('NFKC').replace(/\s/g, '');
    const proof = byPass ? { temporaryAccessPass: password.trim() } : { password };
    const request = { username: username.trim(), ...proof, ...(typed !== undefined && { code: typed }) };
    setCodeSent(typed !== undefined);
    const session = await signIn.run(request);
    if (session) onSignedIn(request.username, session, byPass);
  }

  function switchProof() {
    setByPass(!byPass);
    setPassword('');
    setCode(undefined);
    setAttempt(0);
    signIn.clear();
  }

  const missing = (value: string) => (attempt > 0 && value.trim() === '' ? t.required : undefined);
  return (
    <form ref={form} noValidate onSubmit={submit}>
      <StepHeading title={t.signIn.title} />
      {changed && attempt === 0 && <Notice kind="success">{t.change.done}</Notice>}
      {hasCode(signIn.failure, 'sign-in-failed') ? (
        <Notice kind="error">
          {codeSent ? t.signIn.secondFactorFailed : byPass ? t.signIn.passFailed : t.signIn.failed}
        </Notice>
      ) : codeSent && hasCode(signIn.failure, 'second-factor-required') ? (
        <Notice kind="error">{t.signIn.secondFactorFailed}</Notice>
      ) : (
        !hasCode(signIn.failure, 'second-factor-required', 'password-expired') && (
          <FailureNotice failure={signIn.failure} />
        )
      )}
      <Field
        label={t.signIn.username}
        value={username}
        onChange={(typed) => {
          setUsername(typed);
          setCode(undefined);
        }}
        onBlur={() => showFor(username)}
        error={missing(username)}
        name="username"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
      />
      <Field
        key={byPass ? 'pass' : 'password'}
        label={byPass ? t.signIn.pass : t.signIn.password}
        hint={byPass ? t.signIn.passHint : undefined}
        value={password}
        onChange={setPassword}
        error={missing(password)}
        {...(byPass
          ? { name: 'pass', className: 'code', inputMode: 'numeric', autoComplete: 'one-time-code', autoFocus: true }
          : { name: 'password', type: 'password', autoComplete: 'current-password' })}
      />
      {code !== undefined && <CodeField value={code} onChange={setCode} />}
      <p className="aside">
        <Link to="/reset">{t.signIn.cannotAccess}</Link>
      </p>
      <p className="aside">
        <Button look="plain" onClick={switchProof}>
          {byPass ? t.signIn.usePassword : t.signIn.usePass}
        </Button>
      </p>
      <div className="actions">
        <Button look="primary" type="submit" busy={signIn.busy}>
          {t.signIn.submit}
        </Button>
      </div>
    </form>
  );
}

function CodeField(props: { value: string; onChange: (code: string) => void }) {
  const t = useMessages();
  return (
    <Field
      {...props}
      className="code"
      label={t.signIn.secondFactorCode}
      hint={t.signIn.secondFactor}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      autoFocus
    />
  );
}
