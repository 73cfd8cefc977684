import { RuleViolation } from '../decider.js';
import type { Check } from './checks.js';
import { presets, type Policy, type Preset } from './policy.js';
import { isCheck, policyShape } from './policy-shape.js';

/** A merge patch (RFC 7396): what is left out stays, `null` gives a field or a group back to its preset. */
export type PolicyPatch = {
  readonly [K in keyof Policy]?:
    | null
    | (Policy[K] extends readonly unknown[] | null | string | number | boolean
        ? Policy[K]
        : { readonly [Inner in keyof Policy[K]]?: Policy[K][Inner] | null });
};

interface FieldError {
  readonly field: string;
  readonly rules: readonly string[];
}

/**
 * @param body as it came
 * @throws RuleViolation invalid-request naming every field that no policy has, or that holds another kind of value
 */
export function patchIn(body: unknown): PolicyPatch {
  if (!isGroup(body)) throw new RuleViolation('invalid-request', { errors: [{ field: '', rules: ['isObject'] }] });
  const errors = [...misfits(body, policyShape as unknown as Shapes, '')];
  if (errors.length > 0) throw new RuleViolation('invalid-request', { errors });
  return body;
}

/**
 * The policy after a patch. Another preset brings its own value wherever the old one's stood, and leaves what the tenant
 * chose otherwise.
 */
export function patched(policy: Policy, patch: PolicyPatch): Policy {
  const preset = patch.preset === null ? policy.preset : (patch.preset ?? policy.preset);
  const followed = preset === policy.preset ? policy : following(policy, preset);
  const merged = Object.entries(patch).map(([name, value]) => {
    const key = name as keyof Policy;
    return [key, key === 'preset' ? preset : mergedWith(followed[key], value, presets[preset][key])];
  });
  return { ...followed, ...(Object.fromEntries(merged) as Partial<Policy>) };
}

interface Shapes {
  readonly [name: string]: Check | Shapes;
}

function* misfits(body: Record<string, unknown>, shape: Shapes, path: string): Iterable<FieldError> {
  for (const [name, value] of Object.entries(body)) {
    const field = (path === '' ? name : `${path}.${name}`).slice(0, 128);
    const part = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (part === undefined) yield { field, rules: ['whitelistValidation'] };
    else if (value === null) continue;
    else if (isCheck(part)) {
      if (!part.isOf(value)) yield { field, rules: ['isOfKind'] };
    } else if (isGroup(value)) yield* misfits(value, part, field);
    else yield { field, rules: ['isObject'] };
  }
}

function following(policy: Policy, preset: Preset): Policy {
  const [before, after] = [presets[policy.preset], presets[preset]];
  const entries = Object.entries(policy).map(([name, value]) => {
    const key = name as keyof Policy;
    return [key, followed(value, before[key], after[key])];
  });
  return { ...(Object.fromEntries(entries) as unknown as Policy), preset };
}

function followed(value: unknown, before: unknown, after: unknown): unknown {
  if (isGroup(value) && isGroup(before) && isGroup(after)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, followed(inner, before[name], after[name])]),
    );
  }
  return same(value, before) ? after : value;
}

function mergedWith(now: unknown, wanted: unknown, preset: unknown): unknown {
  if (wanted === null) return preset;
  if (!isGroup(wanted) || !isGroup(now) || !isGroup(preset)) return wanted;
  const entries = Object.entries(wanted).map(([name, value]) => [name, value === null ? preset[name] : value]);
  return { ...now, ...Object.fromEntries(entries) };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
