import type { MailFaults } from './mail-faults.js';

/**
 * Reads the body of `POST /outside/api/faults`: `{ mail: { refuse?, greylist?, drop?: N, delay?: { next, ms }, down? } }`.
 * `undefined` when anything in it is unknown or out of range.
 */
export function faultRequest(body: unknown): { mail: Partial<MailFaults> } | undefined {
  if (!isObject(body) || !hasOnly(body, ['mail']) || !isObject(body.mail)) return undefined;
  const { mail } = body;
  if (!hasOnly(mail, ['refuse', 'greylist', 'drop', 'delay', 'down'])) return undefined;
  const counts = [mail.refuse, mail.greylist, mail.drop];
  const valid =
    counts.every((count) => count === undefined || isCount(count, 1_000_000)) &&
    (mail.down === undefined || typeof mail.down === 'boolean') &&
    (mail.delay === undefined || isDelay(mail.delay));
  return valid ? { mail: mail as Partial<MailFaults> } : undefined;
}

const isDelay = (delay: unknown): boolean =>
  isObject(delay) && hasOnly(delay, ['next', 'ms']) && isCount(delay.next, 1_000_000) && isCount(delay.ms, 600_000);

const isCount = (value: unknown, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const hasOnly = (value: object, names: readonly string[]): boolean =>
  Object.keys(value).every((name) => names.includes(name));
