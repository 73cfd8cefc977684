import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { deviceOf, type Device } from '#libs/domain/account/devices';
import { RuleViolation } from '#libs/domain/decider';
import { pairing } from '#libs/domain/pairing/pairing';
import { minutes, seconds } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { RateLimiter } from '#libs/runtime/rate-limiter';
import { Vault } from '#libs/vault/vault';
import { readSignature, type MessageSignature, type SignedMessage } from './message-signature.js';
import { algorithmOf, signatureFits, type PublicKey } from './public-key.js';

export interface AuthenticatedDevice {
  readonly device: Device;
  readonly accountId: string;
  readonly account: AccountState;
  /** What it signed, and its signature: evidence of an answer. */
  readonly proof: string;
}

/** Which device signed this request. */
export class AuthenticateDevice extends Query<AuthenticatedDevice> {
  constructor(
    readonly deviceId: string,
    readonly message: SignedMessage,
  ) {
    super();
  }
}

/** How far a device's clock may be off, in milliseconds. */
const toleranceMs = seconds(60);
/** A nonce is remembered for longer than its request could still be taken. */
const nonce = { limit: 1, windowMs: minutes(3) };

@QueryHandler(AuthenticateDevice)
export class AuthenticateDeviceHandler implements IQueryHandler<AuthenticateDevice> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation device-invalid with the server's time, whatever is wrong */
  async execute({ deviceId, message }: AuthenticateDevice): Promise<AuthenticatedDevice> {
    const signature = readSignature(message);
    const now = this.clock.now();
    const refused = new RuleViolation('device-invalid', { now: now.toISOString() });
    if (!signature || signature.keyId !== deviceId) throw refused;
    if (Math.abs(signature.created * 1000 - now.getTime()) > toleranceMs) throw refused;
    const { offer } = (await load(this.store, pairing, deviceId)).state;
    if (!offer) throw refused;
    const { accountId } = offer;
    const owner = (await load(this.store, account, accountId)).state;
    const device = deviceOf(owner, deviceId);
    if (!device || owner.disabled || !(await this.#signed(device, signature))) throw refused;
    // Only after the signature: a stranger cannot fill the memory of nonces.
    if (!(await this.limiter.hit(`nonce:${deviceId}:${signature.nonce}`, nonce)).allowed) throw refused;
    const proof = JSON.stringify({ base: signature.base, signature: signature.bytes.toString('base64url') });
    return { device, accountId, account: owner, proof };
  }

  async #signed({ key }: Device, { base, bytes, algorithm }: MessageSignature): Promise<boolean> {
    const stored = await this.vault.read(key, 'account/device-key');
    if (!stored) return false;
    const publicKey = JSON.parse(stored.toString()) as PublicKey;
    return algorithmOf(publicKey) === algorithm && signatureFits(publicKey, base, bytes);
  }
}
