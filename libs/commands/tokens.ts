import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { stringify as uuidOf } from 'uuid';
import { sourceOf } from '#libs/runtime/client-address';
import { keyedToken } from '#libs/vault/keyed-token';
import { secretKey } from '#libs/vault/secret-key';
import type { Vault } from '#libs/vault/vault';
import { deliveryTag, readDeliveryTag, type TaggedTry } from './delivery/delivery-tag.js';
import { notMeToken, readNotMeToken, type NoticeNamed } from './not-me-token.js';

const purposes = [
  'source',
  'recovery-token',
  'session-token',
  'support-code',
  'command',
  'decoy',
  'client',
  'phone',
  'not-me',
  'delivery',
  'pairing-code',
  'device',
  'enrolment-code',
] as const;
type Purpose = (typeof purposes)[number];

/** An id, and a keyed token that vouches for it. */
const tokenShape = /^([0-9a-f-]{36})\.([\w-]{43})$/;

interface Enrollable {
  readonly agentId: string;
  readonly tenantId: string;
}

/** Names and proofs computed under the installation's keys: nothing here needs to be stored. */
export class Tokens {
  private constructor(private readonly keys: Readonly<Record<Purpose, Buffer>>) {}

  static async open(vault: Vault): Promise<Tokens> {
    const keys = await Promise.all(purposes.map(async (purpose) => [purpose, await vault.installationKey(purpose)]));
    return new Tokens(Object.fromEntries(keys) as Record<Purpose, Buffer>);
  }

  /** What a client's address is called in events and counters. */
  source = (address: string): string => keyedToken(this.keys.source, sourceOf(address));

  /** Who a name that resolves to nobody is, in one tenant or in none. */
  decoy = (tenantId: string | null, canonicalName: string): string =>
    keyedToken(this.keys.decoy, tenantId ?? '', canonicalName);

  /** What a phone number, or the beginning of one, is called in counters. */
  phone = (number: string): string => keyedToken(this.keys.phone, number);

  client = (recoveryId: string, address: string, userAgent: string): string =>
    keyedToken(this.keys.client, recoveryId, address, userAgent);

  /** The same key in the same place names the same command; without a key every call is a new one. */
  commandId(scope: string, route: string, idempotencyKey: string | undefined): string {
    if (idempotencyKey === undefined) return uuidOf(asUuid(randomBytes(16)));
    const parts = JSON.stringify([scope, route, idempotencyKey.toLowerCase()]);
    return uuidOf(asUuid(createHmac('sha256', secretKey(this.keys.command)).update(parts).digest().subarray(0, 16)));
  }

  recoveryToken = (recoveryId: string): string => this.#signed('recovery-token', recoveryId);
  sessionToken = (sessionId: string): string => this.#signed('session-token', sessionId);
  recoveryIdIn = (token: string): string | undefined => this.#verified('recovery-token', token);
  sessionIdIn = (token: string): string | undefined => this.#verified('session-token', token);

  /** What the link of a notice carries. */
  notMeToken = (notice: NoticeNamed): string | undefined => notMeToken(this.keys['not-me'], notice);
  noticeIn = (token: string): NoticeNamed | undefined => readNotMeToken(this.keys['not-me'], token);

  /** Sixteen characters one can type (80 bits), the same whenever the same command is repeated: `ABCD-EFGH-JKMN-PQRS`. */
  pairingCode(commandId: string): string {
    const bytes = createHmac('sha256', secretKey(this.keys['pairing-code'])).update(commandId).digest();
    const characters = [...bytes.subarray(0, 16)].map((byte) => crockford[byte % 32]).join('');
    return characters.match(/.{4}/g)!.join('-');
  }

  /** The id of the device that this code pairs, however it was typed; undefined for what can be no code. */
  deviceIdOf(pairingCode: string): string | undefined {
    const code = pairingCode
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[\s-]/g, '')
      .replace(/O/g, '0')
      .replace(/[IL]/g, '1');
    if (!/^[0-9A-HJKMNP-TV-Z]{16}$/.test(code)) return undefined;
    return uuidOf(asUuid(createHmac('sha256', secretKey(this.keys.device)).update(code).digest().subarray(0, 16)));
  }

  /** What makes a program an agent of this tenant, once. */
  enrolmentCode = ({ agentId, tenantId }: Enrollable): string =>
    `${agentId}.${keyedToken(this.keys['enrolment-code'], agentId, tenantId)}`;
  /** Which agent's code this would be; whether it is one shows only with the agent's tenant. */
  agentIdIn = (code: string): string | undefined => tokenShape.exec(code)?.[1];
  isEnrolmentCode(code: string, of: Enrollable): boolean {
    const [held, right] = [Buffer.from(code), Buffer.from(this.enrolmentCode(of))];
    return held.length === right.length && timingSafeEqual(held, right);
  }

  /** What a mail carries to be known by when it comes back. */
  deliveryTag = (tried: TaggedTry): string => deliveryTag(this.keys.delivery, tried);
  taggedTryIn = (tag: string): TaggedTry | undefined => readDeliveryTag(this.keys.delivery, tag);

  /** Ten characters one can read out over the phone (50 bits, Crockford's base 32). */
  supportCode(recoveryId: string): string {
    const bytes = createHmac('sha256', secretKey(this.keys['support-code'])).update(recoveryId).digest();
    const characters = [...bytes.subarray(0, 10)].map((byte) => crockford[byte % 32]).join('');
    return `${characters.slice(0, 5)}-${characters.slice(5)}`;
  }

  #signed = (purpose: Purpose, id: string): string => `${id}.${keyedToken(this.keys[purpose], id)}`;

  #verified(purpose: Purpose, token: string): string | undefined {
    const [, id, mac] = tokenShape.exec(token) ?? [];
    if (!id || !mac) return undefined;
    const expected = Buffer.from(keyedToken(this.keys[purpose], id));
    return timingSafeEqual(expected, Buffer.from(mac)) ? id : undefined;
  }
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Version 8 (RFC 9562 §5.8): made by us. */
function asUuid(bytes: Buffer): Buffer {
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}
