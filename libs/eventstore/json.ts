import { EventNotStorable } from './errors.js';

/**
 * UTF-8 JSON of a value that comes back exactly as it went in: what is folded right after an append must equal what is
 * read later, so a `Date`, `undefined`, BigInt or NaN is refused instead of changed.
 * @throws EventNotStorable
 */
export function jsonOf(type: string, path: string, value: object): Uint8Array {
  refuseWhatJsonChanges(type, path, value);
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function refuseWhatJsonChanges(type: string, path: string, value: unknown): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return;
      break;
    case 'object':
      if (value === null) return;
      if (Array.isArray(value)) return value.forEach((item, n) => refuseWhatJsonChanges(type, `${path}[${n}]`, item));
      if (!isPlain(value)) break;
      for (const key in value) refuseWhatJsonChanges(type, `${path}.${key}`, (value as Record<string, unknown>)[key]);
      return;
    default:
      break;
  }
  throw new EventNotStorable(type, path, kindOf(value));
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** The kind, never the value, which may be personal. */
const kindOf = (value: unknown): string =>
  typeof value === 'object'
    ? `a ${value?.constructor.name}`
    : typeof value === 'number'
      ? 'no JSON number'
      : `a ${typeof value}`;
