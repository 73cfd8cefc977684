import { timingSafeEqual } from 'node:crypto';
import { keyedToken } from '#libs/vault/keyed-token';
import type { TryRef } from '#libs/channels/telecom/try-ref';

/** Which try of which delivery a mail was, and whose contact it went to: ids only, for the mail carries them. */
export interface TaggedTry {
  readonly ref: TryRef;
  readonly accountId: string;
  /** The vault reference of the address. */
  readonly contactRef: string;
}

/** Ids and an HMAC over them, so that nobody invents the return of a mail that was never sent. */
export function deliveryTag(key: Buffer, { ref, accountId, contactRef }: TaggedTry): string {
  const recoveryId = ref.kind === 'challenge' ? ref.recoveryId : '';
  const parts = [ref.kind, recoveryId, ref.deliveryId, String(ref.attempt), accountId, contactRef];
  return [...parts, keyedToken(key, ...parts)].join('.');
}

/** @returns undefined for whatever was not made with this key */
export function readDeliveryTag(key: Buffer, tag: string): TaggedTry | undefined {
  const parts = tag.split('.');
  const [kind, recoveryId = '', deliveryId = '', attempt = '', accountId = '', contactRef = '', mac = ''] = parts;
  if (parts.length !== 7 || tag.length > 512) return undefined;
  const expected = Buffer.from(keyedToken(key, ...parts.slice(0, 6)));
  const given = Buffer.from(mac);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const tried = { deliveryId, attempt: Number(attempt) };
  const ref: TryRef = kind === 'challenge' ? { kind: 'challenge', recoveryId, ...tried } : { kind: 'notice', ...tried };
  return { ref, accountId, contactRef };
}
