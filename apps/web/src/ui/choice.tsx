import { useId, type ReactNode } from 'react';
import { AlertIcon } from './icons.js';

/** Radio buttons as cards. */
export function ChoiceGroup({
  label,
  error,
  children,
}: {
  label: string;
  error?: string | undefined;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset className="choices" aria-describedby={error ? id : undefined}>
      <legend className="visually-hidden">{label}</legend>
      {children}
      {error && (
        <p className="field-error" id={id}>
          <AlertIcon />
          <span>{error}</span>
        </p>
      )}
    </fieldset>
  );
}

interface Props {
  name: string;
  icon: ReactNode;
  label: string;
  more?: ReactNode;
  checked: boolean;
  disabled?: boolean;
  invalid?: boolean;
  onChoose: () => void;
  /** shown inside the card while it is chosen */
  children?: ReactNode;
}

export function Choice({
  name,
  icon,
  label,
  more,
  checked,
  disabled = false,
  invalid = false,
  onChoose,
  children,
}: Props) {
  const id = useId();
  return (
    <div className={`choice ${checked ? 'checked' : ''} ${disabled ? 'disabled' : ''}`}>
      <label className="choice-label">
        <input
          type="radio"
          name={name}
          checked={checked}
          disabled={disabled}
          onChange={onChoose}
          aria-describedby={more ? id : undefined}
          aria-invalid={invalid || undefined}
        />
        <span className="choice-icon">{icon}</span>
        <span className="choice-text">{label}</span>
      </label>
      {more && (
        <p className="choice-more" id={id}>
          {more}
        </p>
      )}
      {checked && children && <div className="choice-detail">{children}</div>}
    </div>
  );
}
