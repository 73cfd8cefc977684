import type { Problem } from '../api/problem.js';
import { useLanguage } from '../messages/language.js';
import { isKiosk, navigate } from '../routing.js';
import { Button } from '../ui/button.js';
import { Helpdesk } from '../ui/helpdesk.js';
import { AlertIcon } from '../ui/icons.js';
import { StepHeading } from '../ui/step-heading.js';

/**
 * Refused before any gate the words are the same for every cause, and the helpdesk reads the true one by support code;
 * whoever proved who they are reads it here.
 */
export function RefusedStep({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  const { t, formats } = useLanguage();
  const { blockedUntil, contact, supportCode, reason = '' } = problem.details;
  const why = t.closed.failedWhy[reason];
  const blocked = problem.code === 'blocked';
  return (
    <div className="flow ending">
      <span className="ending-mark warn">
        <AlertIcon />
      </span>
      <StepHeading title={blocked ? t.closed.blockedTitle : t.closed.refusedTitle} />
      <p className="lead">
        {!blocked
          ? t.closed.refused
          : blockedUntil
            ? t.closed.blocked(formats.moment(blockedUntil))
            : t.closed.blockedNoTime}
      </p>
      {why !== undefined && <p>{why}</p>}
      {blocked && <p>{t.closed.blockedSignIn}</p>}
      <Helpdesk contact={contact} supportCode={supportCode} />
      <div className="actions">
        <Button onClick={onAgain}>{t.closed.again}</Button>
        {!isKiosk() && <Button onClick={() => navigate('/')}>{t.closed.toSignIn}</Button>}
      </div>
    </div>
  );
}
