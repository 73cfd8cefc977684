import { useId, type ReactNode } from 'react';
import { Field } from '../ui/field.js';
import { AlertIcon } from '../ui/icons.js';
import { useAdminMessages } from './messages.js';
import type { Group } from './policy.js';

export interface ControlProps<Value> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: Value;
  disabled: boolean;
  onChange: (value: Value) => void;
}

/** A switch with its explanation beside it. */
export function Flag({ label, hint, error, value, disabled, onChange }: ControlProps<boolean>) {
  const id = useId();
  return (
    <div className="setting">
      <label className="checkbox">
        <input
          type="checkbox"
          checked={value}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
          aria-describedby={describedBy(id, hint, error)}
          aria-invalid={error ? true : undefined}
        />
        <span>{label}</span>
      </label>
      <Explained id={id} hint={hint} error={error} />
    </div>
  );
}

export function Whole({
  least,
  most,
  value,
  onChange,
  hint,
  ...rest
}: ControlProps<number | string> & { least: number; most: number }) {
  const t = useAdminMessages();
  return (
    <Field
      {...rest}
      className="short"
      type="number"
      inputMode="numeric"
      min={least}
      max={most}
      step={1}
      hint={[hint, t.range(least, most)].filter(Boolean).join(' ')}
      value={String(value)}
      // What is no number yet stays as it was typed, and is refused when saved.
      onChange={(typed) => onChange(/^-?\d+$/.test(typed) ? Number(typed) : typed)}
    />
  );
}

interface Option<Value> {
  value: Value;
  label: string;
  more?: string | undefined;
}

/** One of a few, each explained. */
export function Choices<Value extends string | number>({
  options,
  value,
  onChange,
  disabled,
  ...rest
}: ControlProps<Value> & { options: readonly Option<Value>[] }) {
  const name = useId();
  return (
    <Choosing {...rest}>
      {options.map(({ value: own, label, more }) => (
        <Chosen key={own} label={label} more={more}>
          {(described) => (
            <input
              type="radio"
              name={name}
              checked={own === value}
              disabled={disabled}
              onChange={() => onChange(own)}
              aria-describedby={described}
            />
          )}
        </Chosen>
      ))}
    </Choosing>
  );
}

/** Any of a few. */
export function Several({
  options,
  value,
  onChange,
  disabled,
  ...rest
}: ControlProps<readonly string[]> & { options: readonly Option<string>[] }) {
  return (
    <Choosing {...rest}>
      {options.map(({ value: own, label, more }) => (
        <Chosen key={own} label={label} more={more}>
          {(described) => (
            <input
              type="checkbox"
              checked={value.includes(own)}
              disabled={disabled}
              onChange={({ target }) => onChange(toggled(options, value, own, target.checked))}
              aria-describedby={described}
            />
          )}
        </Chosen>
      ))}
    </Choosing>
  );
}

export function Groups({ groups, ...rest }: ControlProps<readonly string[]> & { groups: readonly Group[] }) {
  const t = useAdminMessages();
  const known = groups.map(({ groupId, name, members }) => ({ value: groupId, label: name, more: t.members(members) }));
  return known.length > 0 ? <Several {...rest} options={known} /> : <p className="hint">{t.noGroups}</p>;
}

/** One entry a line. */
export function Lines({ label, hint, error, value, disabled, onChange }: ControlProps<readonly string[]>) {
  const t = useAdminMessages();
  const id = useId();
  return (
    <div className="field setting">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={Math.min(Math.max(value.length + 1, 3), 10)}
        value={value.join('\n')}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value === '' ? [] : event.target.value.split('\n'))}
        aria-describedby={describedBy(id, hint, error)}
        aria-invalid={error ? true : undefined}
      />
      <Explained id={id} hint={[hint, t.onePerLine].filter(Boolean).join(' ')} error={error} />
    </div>
  );
}

function Choosing({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset
      className="setting choosing"
      aria-describedby={describedBy(id, hint, error)}
      data-invalid={error ? true : undefined}
    >
      <legend>{label}</legend>
      <Explained id={id} hint={hint} error={error} />
      {children}
    </fieldset>
  );
}

function Chosen({
  label,
  more,
  children,
}: {
  label: string;
  more: string | undefined;
  children: (described: string | undefined) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="chosen">
      <label className="checkbox">
        {children(more ? id : undefined)}
        <span>{label}</span>
      </label>
      {more && (
        <p className="hint" id={id}>
          {more}
        </p>
      )}
    </div>
  );
}

export function Explained({ id, hint, error }: { id: string; hint: string | undefined; error: string | undefined }) {
  return (
    <>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          <AlertIcon />
          <span>{error}</span>
        </p>
      )}
    </>
  );
}

export const describedBy = (id: string, hint: string | undefined, error: string | undefined): string | undefined =>
  [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;

/** In the order of the options, whatever was ticked first. */
const toggled = (
  options: readonly Option<string>[],
  value: readonly string[],
  own: string,
  checked: boolean,
): string[] => {
  const wanted = new Set(checked ? [...value, own] : value.filter((one) => one !== own));
  const unknown = value.filter((one) => !options.some((option) => option.value === one));
  return [...options.map((option) => option.value).filter((one) => wanted.has(one)), ...unknown];
};
