import { useMessages } from '../messages/language.js';
import { CheckIcon } from '../ui/icons.js';

const STAGES = ['account', 'verify', 'password'] as const;

/** Which third of the way the person is on. */
export function Progress({ stage }: { stage: (typeof STAGES)[number] }) {
  const t = useMessages();
  const here = STAGES.indexOf(stage);
  return (
    <ol className="progress" aria-label={t.steps.label}>
      {STAGES.map((name, i) => (
        <li
          key={name}
          className={i < here ? 'past' : i === here ? 'here' : undefined}
          aria-current={i === here ? 'step' : undefined}
        >
          <span className="progress-mark">{i < here ? <CheckIcon /> : i + 1}</span>
          <span className="progress-name">{t.steps[name]}</span>
          {i < here && <span className="visually-hidden">: {t.steps.finished}</span>}
        </li>
      ))}
    </ol>
  );
}
