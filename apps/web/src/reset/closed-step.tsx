import type { ClosedStatus } from '../api/contract.js';
import { useLanguage } from '../messages/language.js';
import { isKiosk, navigate } from '../routing.js';
import { Button } from '../ui/button.js';
import { Helpdesk } from '../ui/helpdesk.js';
import { AlertIcon, InfoIcon } from '../ui/icons.js';
import { StepHeading } from '../ui/step-heading.js';
import { DoneStep } from './done-step.js';
import { useRecovery } from './use-recovery.js';

/** How the recovery ended. */
export function ClosedStep({ onAgain }: { onAgain: () => void }) {
  const { t, formats } = useLanguage();
  const { view, blocked, toLocal } = useRecovery();
  if (view.status === 'succeeded') return <DoneStep onFinish={onAgain} />;

  const status = view.status as Exclude<ClosedStatus, 'succeeded'>;
  const blockedUntil = blocked?.details.blockedUntil;
  const quiet = status === 'cancelled';
  const { title, body } = {
    cancelled: { title: t.closed.cancelledTitle, body: t.closed.cancelled },
    abandoned: { title: t.closed.abandonedTitle, body: t.closed.abandoned },
    'contacted-administrator': { title: t.closed.contactedTitle, body: t.closed.contacted },
    failed: { title: t.closed.failedTitle, body: t.closed.failedWhy[view.outcome?.reason ?? ''] ?? t.closed.failed },
    blocked: {
      title: t.closed.blockedTitle,
      body: blockedUntil ? t.closed.blocked(formats.moment(toLocal(blockedUntil))) : t.closed.blockedNoTime,
    },
  }[status];

  return (
    <div className="flow ending">
      <span className={`ending-mark ${quiet ? 'quiet' : 'warn'}`}>{quiet ? <InfoIcon /> : <AlertIcon />}</span>
      <StepHeading title={title} />
      <p className="lead">{body}</p>
      {status === 'blocked' && <p>{t.closed.blockedSignIn}</p>}
      {!quiet && <Helpdesk supportCode={view.supportCode} />}
      <div className="actions">
        <Button look="primary" onClick={onAgain}>
          {t.closed.again}
        </Button>
        {!isKiosk() && <Button onClick={() => navigate('/')}>{t.closed.toSignIn}</Button>}
      </div>
    </div>
  );
}
