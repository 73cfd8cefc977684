import { useId, useRef, useState } from 'react';
import { accentsOf } from '../branding/accent.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { describedBy, Explained, type ControlProps } from './controls.js';
import { useAdminMessages } from './messages.js';

/** A colour by its name in hex, or picked; shown as the pages will show it. */
export function Colour({ value, onChange, disabled, ...rest }: ControlProps<string | null>) {
  const t = useAdminMessages();
  const id = useId();
  const accents = value === null ? undefined : accentsOf(value);
  const adjusted = accents !== undefined && accents['--brand-light'].toLowerCase() !== value?.toLowerCase();
  return (
    <div className="setting">
      <Field
        {...rest}
        className="short"
        value={value ?? ''}
        disabled={disabled}
        maxLength={7}
        spellCheck={false}
        autoComplete="off"
        onChange={(typed) => onChange(typed === '' ? null : typed)}
        describedBy={adjusted ? `${id}-adjusted` : undefined}
      />
      <div className="colour">
        <input
          type="color"
          aria-label={t.pickColour}
          value={accents ? value! : '#0d6361'}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value)}
        />
        {accents && <Sample colour={accents['--brand-light']} text={t.sample} />}
        {adjusted && (
          <p className="hint" id={`${id}-adjusted`}>
            {t.adjusted}
          </p>
        )}
      </div>
    </div>
  );
}

/** Styles set by script, because the page allows none in its markup. */
function Sample({ colour, text }: { colour: string; text: string }) {
  return (
    <span
      className="colour-sample"
      ref={(element) => {
        element?.style.setProperty('background-color', colour);
      }}
    >
      {text}
    </span>
  );
}

/** A PNG from a file, kept as the policy keeps it. */
export function Logo({ label, hint, error, value, disabled, onChange }: ControlProps<string | null>) {
  const t = useAdminMessages();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [unfit, setUnfit] = useState(false);
  const trouble = unfit ? t.logoUnfit : error;

  async function take(file: File | undefined): Promise<void> {
    if (input.current) input.current.value = '';
    if (!file) return;
    const fits = file.type === 'image/png' && file.size <= 32 * 1024;
    setUnfit(!fits);
    if (fits) onChange(`data:image/png;base64,${base64Of(new Uint8Array(await file.arrayBuffer()))}`);
  }

  return (
    <div className="field setting">
      <label htmlFor={id}>{label}</label>
      {value === null ? <p className="hint">{t.noLogo}</p> : <img className="logo-shown" src={value} alt={t.logoAlt} />}
      <input
        ref={input}
        id={id}
        type="file"
        accept="image/png"
        disabled={disabled}
        onChange={(event) => void take(event.target.files?.[0])}
        aria-describedby={describedBy(id, hint, trouble)}
        aria-invalid={trouble ? true : undefined}
      />
      <Explained id={id} hint={hint} error={trouble} />
      {value !== null && !disabled && (
        <div>
          <Button look="plain" onClick={() => onChange(null)}>
            {t.removeLogo}
          </Button>
        </div>
      )}
    </div>
  );
}

const base64Of = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
