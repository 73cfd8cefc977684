import { useState } from 'react';
import { api } from '../api/client.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { isKiosk, navigate } from '../routing.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Helpdesk } from '../ui/helpdesk.js';
import { CheckIcon } from '../ui/icons.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { letGo } from './held-recovery.js';
import { useRecovery } from './use-recovery.js';

/** Back in. "Did it work?" is answered here, now or after trying to sign in; the token is kept until then. */
export function DoneStep({ onFinish }: { onFinish: () => void }) {
  const { t } = useLanguage();
  const { held, view } = useRecovery();
  const [said, setSaid] = useState<boolean>();
  const tell = useAction((worked: boolean, key: string) => api.worked(held, worked, key).then(() => true));

  async function answer(worked: boolean) {
    if (!(await tell.run(worked))) return;
    letGo();
    setSaid(worked);
  }

  const unlocked = view.outcome?.reason?.includes('unlock') === true;
  return (
    <div className="flow ending">
      <span className="ending-mark good">
        <CheckIcon />
      </span>
      <StepHeading title={unlocked ? t.done.titleUnlocked : t.done.title} />
      <p className="lead">{unlocked ? t.done.bodyUnlocked : t.done.body}</p>
      <div className="actions">
        {isKiosk() ? (
          <Button look="primary" onClick={onFinish}>
            {t.done.finish}
          </Button>
        ) : (
          <Button look="primary" onClick={() => navigate('/')}>
            {t.done.signIn}
          </Button>
        )}
      </div>
      <section className="worked" aria-labelledby="worked">
        {said === undefined ? (
          <>
            <h2 id="worked">{t.done.worked}</h2>
            <p className="hint">{t.done.workedHint}</p>
            <FailureNotice failure={tell.failure} />
            <div className="worked-answers">
              <Button onClick={() => void answer(true)} busy={tell.busy}>
                {t.done.yes}
              </Button>
              <Button onClick={() => void answer(false)}>{t.done.no}</Button>
            </div>
          </>
        ) : (
          <>
            <h2 id="worked" className="visually-hidden">
              {t.done.worked}
            </h2>
            <Notice kind={said ? 'success' : 'info'}>{said ? t.done.thanks : t.done.sorry}</Notice>
            {!said && <Helpdesk supportCode={view.supportCode} />}
          </>
        )}
      </section>
    </div>
  );
}
