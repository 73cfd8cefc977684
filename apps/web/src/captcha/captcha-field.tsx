import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import { LANGUAGES, useLanguage, type Language } from '../messages/language.js';
import { Field } from '../ui/field.js';
import { RefreshIcon, SpeakerIcon } from '../ui/icons.js';
import type { Drawn } from './use-captcha.js';

interface Props {
  drawn: Drawn;
  answer: string;
  error: string | undefined;
  onAnswer: (answer: string) => void;
  onRenew: () => void;
}

/** A picture to read or a recording to hear; either is answered in the same field. */
export function CaptchaField({ drawn, answer, error, onAnswer, onRenew }: Props) {
  const { t } = useLanguage();
  const [heard, setHeard] = useState(false);
  const [broken, setBroken] = useState(false);
  useEffect(() => setBroken(false), [drawn.captchaId]);

  return (
    <div className="captcha">
      <div className="captcha-picture">
        {broken ? (
          <p className="field-error">{t.captcha.unavailable}</p>
        ) : (
          <img
            key={drawn.captchaId}
            src={api.captchaImage(drawn.captchaId)}
            alt={t.captcha.image}
            width={240}
            height={80}
            onError={() => setBroken(true)}
          />
        )}
        <div className="captcha-tools">
          <button type="button" className="button plain" aria-expanded={heard} onClick={() => setHeard(!heard)}>
            <SpeakerIcon />
            {t.captcha.listen}
          </button>
          <button type="button" className="button plain" onClick={onRenew}>
            <RefreshIcon />
            {t.captcha.another}
          </button>
        </div>
      </div>
      {heard && <Recording key={drawn.captchaId} captchaId={drawn.captchaId} />}
      <Field
        label={t.captcha.label}
        hint={t.captcha.hint}
        value={answer}
        onChange={onAnswer}
        error={error}
        name="captcha"
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
      />
    </div>
  );
}

function Recording({ captchaId }: { captchaId: string }) {
  const { t, language } = useLanguage();
  const [spoken, setSpoken] = useState<Language>(language);
  return (
    <div className="captcha-recording">
      <audio
        key={spoken}
        controls
        autoPlay
        src={api.captchaAudio(captchaId, spoken)}
        aria-label={t.captcha.playAgain}
      />
      <label>
        <span>{t.captcha.audioLanguage}</span>
        <select value={spoken} onChange={(event) => setSpoken(event.target.value as Language)}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
