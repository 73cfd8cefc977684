import { useEffect, useState } from 'react';
import { useLanguage } from '../messages/language.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { Helpdesk } from '../ui/helpdesk.js';
import { Progress } from './progress.js';
import { useRecovery } from './use-recovery.js';

/** The directory has the last word; after 20 s without it the page says so instead of hoping. */
export function WaitingStep() {
  const { t } = useLanguage();
  const { held, view, toLocal } = useRecovery();
  const unlocking = view.status === 'unlocking';
  const [unconfirmed, setUnconfirmed] = useState(false);
  const due = view.submittedAt === undefined ? undefined : toLocal(view.submittedAt) + UNCONFIRMED_AFTER_MS;
  useEffect(() => {
    if (due === undefined) return;
    const late = setTimeout(() => setUnconfirmed(true), Math.max(0, due - Date.now()));
    return () => clearTimeout(late);
  }, [due]);

  return (
    <div className="flow">
      <Progress stage="password" />
      <StepHeading eyebrow={held.username} title={unlocking ? t.waiting.titleUnlock : t.waiting.titlePassword} />
      <p className="lead">{unlocking ? t.waiting.bodyUnlock : t.waiting.body}</p>
      <span className="spinner large" aria-hidden="true" />
      {unconfirmed && (
        <>
          <Notice kind="info">
            <p>
              <strong>{t.waiting.unconfirmed}</strong>
            </p>
            <p>{unlocking ? t.waiting.unconfirmedUnlock : t.waiting.unconfirmedBody}</p>
          </Notice>
          <Helpdesk supportCode={view.supportCode} />
        </>
      )}
    </div>
  );
}

const UNCONFIRMED_AFTER_MS = 20_000;
