import { useId, type ComponentProps, type ReactNode, type Ref } from 'react';
import { AlertIcon } from './icons.js';

type Props = Omit<ComponentProps<'input'>, 'onChange' | 'value'> & {
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: string | undefined;
  /** id of something further that describes the field */
  describedBy?: string | undefined;
  ref?: Ref<HTMLInputElement>;
};

/** A labelled input; its hint and its error are read out with it. */
export function Field({ label, hint, error, describedBy, value, onChange, className = '', ...input }: Props) {
  const id = useId();
  const description = [error && `${id}-error`, hint && `${id}-hint`, describedBy].filter(Boolean).join(' ');
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        {...input}
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={description || undefined}
      />
      {error && (
        <p className="field-error" id={`${id}-error`}>
          <AlertIcon />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
