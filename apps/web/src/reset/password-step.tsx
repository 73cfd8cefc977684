import { api } from '../api/client.js';
import { hasCode } from '../api/problem.js';
import { useLanguage } from '../messages/language.js';
import { NewPasswordForm } from '../passwords/new-password-form.js';
import { usePasswordPolicy } from '../passwords/use-password-policy.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { Progress } from './progress.js';
import { useRecovery, useRecoveryAction } from './use-recovery.js';

/** The new password; where the reason allows it, unlocking with the old one comes first. */
export function PasswordStep({ onCancel }: { onCancel: () => void }) {
  const { t } = useLanguage();
  const { held, view, accept } = useRecovery();
  const policy = usePasswordPolicy(held.recoveryToken);
  const set = useRecoveryAction((newPassword: string, key: string) => api.setPassword(held, newPassword, key));

  return (
    <div className="flow">
      <Progress stage="password" />
      <StepHeading eyebrow={held.username} title={view.canUnlock ? t.password.titleUnlock : t.password.title} />
      {view.canUnlock && <Unlock />}
      {view.canUnlock ? <h2 className="or">{t.password.orNew}</h2> : <p className="lead">{t.password.advice}</p>}
      <NewPasswordForm
        policy={policy}
        username={held.username}
        submitLabel={t.password.submit}
        busy={set.busy}
        failure={set.failure}
        rejection={view.rejection}
        onSubmit={async (password) => {
          const next = await set.run(password);
          if (next) accept(next);
        }}
        actions={<Button onClick={onCancel}>{t.cancel}</Button>}
      />
    </div>
  );
}

function Unlock() {
  const { t } = useLanguage();
  const { held, accept } = useRecovery();
  const unlock = useRecoveryAction((_: void, key: string) => api.unlock(held, key));
  return (
    <section className="unlock" aria-labelledby="unlock">
      <h2 id="unlock">{t.password.unlockTitle}</h2>
      <p>{t.password.unlockMore}</p>
      {hasCode(unlock.failure, 'unlock-not-allowed') ? (
        <Notice kind="error">{t.password.unlockRefused}</Notice>
      ) : hasCode(unlock.failure, 'unlock-limit') ? (
        <Notice kind="error">{t.password.unlockLimit}</Notice>
      ) : (
        <FailureNotice failure={unlock.failure} />
      )}
      <Button
        look="primary"
        busy={unlock.busy}
        onClick={async () => {
          const next = await unlock.run();
          if (next) accept(next);
        }}
      >
        {t.password.unlock}
      </Button>
    </section>
  );
}
