import { useState } from 'react';
import { api } from '../api/client.js';
import type { Session } from '../api/contract.js';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useMessages } from '../messages/language.js';
import { NewPasswordForm } from '../passwords/new-password-form.js';
import { usePasswordPolicy } from '../passwords/use-password-policy.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';

interface Props {
  username: string;
  /** of the session, or the `changeToken` of an expired password; without one the cookie stands for the session */
  token: string | undefined;
  /** typed a moment ago at sign-in, so that it need not be typed again */
  currentPassword?: string;
  /** signed in with a temporary access pass: nobody knows the old password */
  byPass?: boolean | undefined;
  why: string | undefined;
  onDone: (session: Session | undefined) => void;
  onCancel: () => void;
  onSignedOut: () => void;
}

/** Changes a known password. */
export function ChangePassword(props: Props) {
  const { username, token, currentPassword, byPass = false, why, onDone, onCancel, onSignedOut } = props;
  const t = useMessages();
  const policy = usePasswordPolicy(token);
  const [current, setCurrent] = useState('');
  const [attempt, setAttempt] = useState(0);
  const change = useAction((request: { currentPassword?: string; newPassword: string }, key: string) =>
    api.changePassword(token, request, key).then(
      (session) => ({ session }),
      (error) => {
        if (hasCode(error, 'session-invalid')) onSignedOut();
        throw error;
      },
    ),
  );
  const asks = currentPassword === undefined && !byPass;
  const currentWrong = hasCode(change.failure, 'sign-in-failed');
  const elsewhere = hasCode(change.failure, 'password-on-premises');
  const error = attempt > 0 && current === '' ? t.required : currentWrong ? t.change.currentWrong : undefined;

  async function submit(newPassword: string) {
    setAttempt(attempt + 1);
    if (asks && current === '') return;
    const known = byPass ? {} : { currentPassword: currentPassword ?? current };
    const done = await change.run({ ...known, newPassword });
    if (done) onDone(done.session);
  }

  return (
    <div className="flow">
      <StepHeading eyebrow={username} title={t.change.title} />
      {why !== undefined && <Notice kind="info">{why}</Notice>}
      {elsewhere && <Notice kind="error">{t.change.onPremises}</Notice>}
      <NewPasswordForm
        policy={policy}
        username={username}
        submitLabel={t.change.submit}
        busy={change.busy}
        failure={currentWrong || elsewhere ? undefined : change.failure}
        onSubmit={(newPassword) => void submit(newPassword)}
        actions={<Button onClick={onCancel}>{t.cancel}</Button>}
      >
        {asks && (
          <Field
            label={t.change.current}
            value={current}
            onChange={setCurrent}
            error={error}
            type="password"
            name="current-password"
            autoComplete="current-password"
          />
        )}
      </NewPasswordForm>
    </div>
  );
}
