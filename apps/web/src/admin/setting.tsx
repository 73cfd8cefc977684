import { Field } from '../ui/field.js';
import { Colour, Logo } from './appearance.js';
import { Choices, Flag, Groups, Lines, Several, Whole, type ControlProps } from './controls.js';
import { useAdminMessages } from './messages.js';
import type { FieldPath, Group } from './policy.js';
import { controls, type Control } from './settings.js';

interface Props {
  path: FieldPath;
  value: unknown;
  error: string | undefined;
  disabled: boolean;
  groups: readonly Group[];
  onChange: (value: unknown) => void;
}

/** One setting with its explanation, entered as its kind asks for. */
export function Setting({ path, value, error, disabled, groups, onChange }: Props) {
  const { label, hint, options = {} } = useAdminMessages().fields[path];
  const control: Control = controls[path];
  const props = <Value,>(): ControlProps<Value> => ({
    label,
    hint,
    error,
    value: value as Value,
    disabled,
    onChange,
  });
  const explained = <Of extends string | number>(of: readonly Of[]) =>
    of.map((own) => ({ value: own, label: String(own), ...options[String(own)] }));
  switch (control.kind) {
    case 'flag':
      return <Flag {...props<boolean>()} />;
    case 'whole':
      return <Whole {...props<number | string>()} least={control.least} most={control.most} />;
    case 'choice':
      return <Choices {...props<string | number>()} options={explained(control.of)} />;
    case 'several':
      return <Several {...props<readonly string[]>()} options={explained(control.of)} />;
    case 'groups':
      return <Groups {...props<readonly string[]>()} groups={groups} />;
    case 'lines':
      return <Lines {...props<readonly string[]>()} />;
    case 'text':
      return (
        <Field
          {...props<string>()}
          value={(value as string | null) ?? ''}
          maxLength={control.most}
          autoComplete="off"
          onChange={(typed) => onChange(typed === '' ? null : typed)}
        />
      );
    case 'colour':
      return <Colour {...props<string | null>()} />;
    case 'logo':
      return <Logo {...props<string | null>()} />;
  }
}
