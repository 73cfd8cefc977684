import { timingSafeEqual } from 'node:crypto';
import { parse, validate } from 'uuid';
import { keyedToken } from '#libs/vault/keyed-token';

/** Which notice a "this was not me" link belongs to, and which password it disputes. */
export interface NoticeNamed {
  readonly accountId: string;
  readonly noticeId: string;
  /** null where the password lies in a directory */
  readonly credentialId: string | null;
  /** where on the account's stream the notice was requested */
  readonly revision: number;
}

/**
 * 112 characters of base64url: three ids, the revision, and an HMAC of 256 bits over them. Nothing of it is stored; who
 * lacks the key can make none, and the ids inside lead nowhere without it.
 * @returns undefined when an id is no UUID
 */
export function notMeToken(key: Buffer, notice: NoticeNamed): string | undefined {
  const { accountId, noticeId, credentialId, revision } = notice;
  const ids = [accountId, noticeId, credentialId ?? nothing];
  if (!ids.every((id) => validate(id))) return undefined;
  const place = Buffer.alloc(4);
  place.writeUInt32BE(revision);
  return Buffer.concat([...ids.map((id) => parse(id)), place, mac(key, notice)]).toString('base64url');
}

/** @returns undefined for whatever was not made with this key */
export function readNotMeToken(key: Buffer, token: string): NoticeNamed | undefined {
  if (!/^[\w-]{112}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const [accountId, noticeId, credential] = [0, 16, 32].map((from) => textOf(bytes.subarray(from, from + 16)));
  const credentialId = credential === nothing ? null : credential!;
  const notice = { accountId: accountId!, noticeId: noticeId!, credentialId, revision: bytes.readUInt32BE(48) };
  return timingSafeEqual(mac(key, notice), bytes.subarray(52)) ? notice : undefined;
}

const mac = (key: Buffer, { accountId, noticeId, credentialId, revision }: NoticeNamed): Buffer =>
  Buffer.from(keyedToken(key, accountId, noticeId, credentialId ?? '', String(revision)), 'base64url');

const nothing = '00000000-0000-0000-0000-000000000000';

/** Any sixteen bytes: whether they were an id of ours is for the HMAC to say. */
const textOf = (bytes: Buffer): string => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
