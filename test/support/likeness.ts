import { familyOf, type Method } from '#libs/domain/methods';
import type { Answer, Any } from './journey';
import type { StoredEvent } from './stored-events';

/** What differs from one recovery to the next for everybody. */
const free = new Set([
  ...['recoveryId', 'recoveryToken', 'supportCode', 'expiresAt', 'challengeId', 'number', 'blockedUntil', 'now'],
]);

/**
 * What an answer looks like when ids, tokens, codes and times are left out, and letters and digits of a hint are all one.
 * @param methodsOf how methods are compared: all they say, or only whether there are as many families as gates
 */
export function shape(body: unknown, methodsOf: 'exactly' | 'families' = 'families'): unknown {
  if (Array.isArray(body)) return body.map((one) => shape(one, methodsOf));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key,
      free.has(key)
        ? typeof value
        : key === 'hint'
          ? masked(value as string)
          : key === 'methods' && methodsOf === 'families'
            ? families(value)
            : shape(value, methodsOf),
    ]),
  );
}

const masked = (hint: string): string => hint.replace(/\p{L}/gu, 'x').replace(/\d/g, '0');

/** Which methods somebody has differs from person to person; that there are as many families as gates does not. */
const families = (methods: unknown): unknown =>
  [...new Set((methods as { method: string }[]).map(({ method }) => familyOf(method as Method)))].map(
    (family) => family === 'email',
  );

/** Status, headers and body of an answer, as far as they are alike for everybody. */
export const likeness = ({ status, headers, body }: Answer<Any>): unknown => [
  status,
  [...headers].map(([name, value]) => (varying.has(name) ? name : `${name}: ${value}`)),
  shape(body, 'exactly'),
];

const varying = new Set(['date', 'retry-after', 'etag', 'content-length']);

/**
 * What a recovery left in the log: its own events and those of its tries on the account, or on what stands for one. Its
 * notices go to somebody, so nobody has any; they are part of an append that nobody has too.
 */
export function traces(events: readonly StoredEvent[], recoveryId: string): { own: string[]; tries: string[] } {
  const named = ({ type, data }: StoredEvent): string =>
    [type, data.code, data.family, data.result].filter((part) => typeof part === 'string').join(' ');
  const own = events.filter(({ stream }) => stream === `recovery-${recoveryId}`);
  const tries = events.filter(({ stream, data }) => ledgers.test(stream) && data.recoveryId === recoveryId);
  return { own: own.map(named), tries: tries.filter(({ type }) => !type.startsWith('Notice')).map(named) };
}

const ledgers = /^(account|decoy)-/;
