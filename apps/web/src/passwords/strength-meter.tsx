import { useMessages } from '../messages/language.js';
import { strengthOf } from './strength.js';

/** What cannot be used anyway is never shown as better than weak. */
export function StrengthMeter({ password, unusable }: { password: string; unusable: boolean }) {
  const t = useMessages();
  const strength = Math.min(strengthOf(password.normalize('NFC')), unusable ? 2 : 5);
  const name = t.password.strengthOf[strength]!;
  return (
    <div className="strength" data-strength={strength}>
      <div
        className="strength-bar"
        role="meter"
        aria-label={t.password.strength}
        aria-valuemin={0}
        aria-valuemax={5}
        aria-valuenow={strength}
        aria-valuetext={name}
      >
        {[1, 2, 3, 4, 5].map((step) => (
          <span key={step} className={step <= strength ? 'filled' : undefined} />
        ))}
      </div>
      <p className="strength-name" aria-hidden="true">
        {t.password.strength}: {name}
      </p>
    </div>
  );
}
