import { Notice } from '../ui/notice.js';
import { useAdminMessages } from './messages.js';
import type { Preview, Warning } from './policy.js';
import type { Foreseen } from './use-preview.js';

/** Who would lose and gain, said before anything is saved; a screen reader hears it when the person pauses. */
export function Foresight({ foreseen }: { foreseen: Foreseen }) {
  const t = useAdminMessages();
  return (
    <div className="foresight" aria-live="polite" aria-busy={foreseen.at === 'asking'}>
      {foreseen.at === 'asking' && <p className="hint">{t.previewing}</p>}
      {foreseen.at === 'refused' && <p className="hint">{t.cannotPreview}</p>}
      {foreseen.at === 'known' && <Numbers preview={foreseen.preview} />}
    </div>
  );
}

export function Numbers({ preview }: { preview: Preview }) {
  const t = useAdminMessages();
  const { wouldLose, wouldGain, couldAfter, reasons } = preview;
  return (
    <>
      <p className={wouldLose > 0 ? 'would-lose' : ''}>{wouldLose > 0 ? t.wouldLose(wouldLose) : t.wouldLoseNobody}</p>
      {wouldLose > 0 && (
        <ul>
          {Object.entries(reasons.lose).map(([reason, count]) => (
            <li key={reason}>{t.because(t.reasons[reason] ?? t.otherReason, count)}</li>
          ))}
        </ul>
      )}
      {wouldGain > 0 && <p>{t.wouldGain(wouldGain)}</p>}
      <p className="hint">{t.couldAfter(couldAfter)}</p>
    </>
  );
}

export function Risks({ title, warnings }: { title: string; warnings: readonly Warning[] }) {
  const t = useAdminMessages();
  if (warnings.length === 0) return null;
  return (
    <Notice kind="info">
      <p>{title}</p>
      <ul>
        {warnings.map(({ code, sentence }) => (
          <li key={code}>{t.warnings[code] ?? sentence}</li>
        ))}
      </ul>
    </Notice>
  );
}
