import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import type { ChallengeView, Method } from '../api/contract.js';
import { hasCode } from '../api/problem.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { RefreshIcon } from '../ui/icons.js';
import { useCountdown } from '../ui/use-countdown.js';
import type { ChallengeStepProps } from './challenge-step.js';
import { useRecovery, useRecoveryAction } from './use-recovery.js';

type Props = ChallengeStepProps & { challenge: ChallengeView; expired: boolean };

/** After 10 s without progress: a new code, another way, the administrator. At once where waiting is pointless. */
export function DeliveryHelp({ challenge, expired, contacts, onOtherWay, onContactAdministrator }: Props) {
  const { t, formats } = useLanguage();
  const { held, view, refresh } = useRecovery();
  const offer = view.methods.find((one) => one.method === challenge.method);
  const contact = contacts[challenge.method];
  const mustAsk = offer?.confirmContact === true && contact === undefined;
  const resend = useRecoveryAction(async (_: void, key: string) => {
    const request = { method: challenge.method, ...(offer?.confirmContact && contact !== undefined && { contact }) };
    await api.issueChallenge(held, request, key);
    await refresh();
    return true;
  });
  const coolDown = useCountdown(hasCode(resend.failure, 'cool-down') ? resend.failure : undefined);
  const waitedLong = useElapsed(HELP_AFTER_MS, challenge.state);
  const again = {
    'app-notification': { now: t.wait.again, later: t.code.resendIn },
    call: { now: t.wait.callAgain, later: t.wait.callAgainIn },
    code: { now: t.code.resend, later: t.code.resendIn },
  }[waitingFor(challenge.method)];
  if (!waitedLong && !expired && challenge.state !== 'failed' && challenge.state !== 'denied') return null;

  return (
    <section className="delivery-help" aria-labelledby="delivery-help">
      <h2 id="delivery-help">{t.code.helpTitle}</h2>
      {challenge.method === 'email' && <p className="hint">{t.code.helpSpam}</p>}
      {!hasCode(resend.failure, 'cool-down', 'blocked') && <FailureNotice failure={resend.failure} />}
      <div className="help-actions">
        <Button
          look="plain"
          busy={resend.busy}
          disabled={coolDown > 0}
          onClick={() => (mustAsk ? onOtherWay() : void resend.run())}
        >
          <RefreshIcon />
          {coolDown > 0 ? again.later(formats.duration(coolDown)) : again.now}
        </Button>
        {view.methods.length > 1 && (
          <Button look="plain" onClick={onOtherWay}>
            {t.code.other}
          </Button>
        )}
        <Button look="plain" onClick={onContactAdministrator}>
          {t.help.contact}
        </Button>
      </div>
    </section>
  );
}

const waitingFor = (method: Method): 'app-notification' | 'call' | 'code' =>
  method === 'app-notification' ? method : method === 'mobile-call' || method === 'office-call' ? 'call' : 'code';

/** Whether this long has passed without `since` changing; once true it stays, so that nothing vanishes under a finger. */
function useElapsed(ms: number, since: string): boolean {
  const [elapsed, setElapsed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setElapsed(true), ms);
    return () => clearTimeout(timer);
  }, [ms, since]);
  return elapsed;
}

const HELP_AFTER_MS = 10_000;
