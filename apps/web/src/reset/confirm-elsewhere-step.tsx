import type { ChallengeView } from '../api/contract.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { StepHeading } from '../ui/step-heading.js';
import type { ChallengeStepProps } from './challenge-step.js';
import { DeliveryHelp } from './delivery-help.js';
import { DeliveryState } from './delivery-state.js';
import { Progress } from './progress.js';
import { useRecovery } from './use-recovery.js';

/** A call to answer or a notification to approve: the page waits for the verdict. */
export function ConfirmElsewhereStep({ challenge, ...exits }: ChallengeStepProps & { challenge: ChallengeView }) {
  const { t } = useLanguage();
  const { held } = useRecovery();
  const app = challenge.method === 'app-notification';
  const open = !['failed', 'denied', 'expired'].includes(challenge.state);
  return (
    <div className="flow">
      <Progress stage="verify" />
      <StepHeading eyebrow={held.username} title={app ? t.wait.titleApp : t.wait.titleCall} />
      <p className="lead">{app ? t.wait.app : t.wait.call}</p>
      {challenge.number !== undefined && open && (
        <p className="match-number">
          <span className="visually-hidden">{t.wait.appNumber}: </span>
          {challenge.number}
        </p>
      )}
      <DeliveryState state={challenge.state} texts={app ? t.wait.appState : t.wait.callState} />
      <div className="actions">
        <Button onClick={exits.onCancel}>{t.cancel}</Button>
      </div>
      <DeliveryHelp
        key={challenge.challengeId}
        challenge={challenge}
        expired={challenge.state === 'expired'}
        {...exits}
      />
    </div>
  );
}
