import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { newSealingPair, type SealingKey } from '#libs/directory/protocol/sealed-password';
import type { Signer } from '#libs/directory/protocol/signed-request';
import { readState, Unreadable, writeState } from './state-dir.js';

interface SealingPair {
  readonly keyId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  /** ISO 8601 UTC */
  readonly madeAt: string;
  /** The platform has it. */
  readonly told?: boolean;
}

interface Stored {
  readonly agentId: string;
  readonly tenantId: string;
  readonly platformKey: SealingKey;
  /** PKCS #8, PEM */
  readonly identityKey: string;
  readonly identitySince: string;
  /** Made and kept, and perhaps the platform's already: it counts once the platform answers to it. */
  readonly nextIdentityKey?: string | undefined;
  /** Newest first; the older ones open what was sealed before they were replaced. */
  readonly sealing: readonly SealingPair[];
}

const file = 'identity.json';
/** Longer than anything sealed for an old key can still be on its way. */
const keptPairs = 2;

/** Who this agent is: keys that never leave this machine, and the platform's key as it was pinned at enrolment. */
export class Identity {
  private constructor(
    private readonly dataDir: string,
    private stored: Stored,
  ) {}

  /** @throws Unreadable */
  static async load(dataDir: string): Promise<Identity | undefined> {
    const stored = (await readState(dataDir, file)) as Stored | undefined;
    if (stored && !isWhole(stored)) throw new Unreadable(join(dataDir, file));
    return stored && new Identity(dataDir, stored);
  }

  /** Kept before it counts: a code that was used up for keys that are lost would need an administrator. */
  static async keep(dataDir: string, stored: Stored): Promise<Identity> {
    await writeState(dataDir, file, stored);
    return new Identity(dataDir, stored);
  }

  get agentId(): string {
    return this.stored.agentId;
  }

  get tenantId(): string {
    return this.stored.tenantId;
  }

  get platformKey(): SealingKey {
    return this.stored.platformKey;
  }

  get signer(): Signer {
    return { keyId: this.stored.agentId, key: createPrivateKey(this.stored.identityKey) };
  }

  get sealingSince(): Date {
    return new Date(this.stored.sealing[0]!.madeAt);
  }

  get identitySince(): Date {
    return new Date(this.stored.identitySince);
  }

  /** Private keys by id. */
  sealingKeys(): readonly SealingKey[] {
    return this.stored.sealing.map(({ keyId, privateKey }) => ({ keyId, key: privateKey }));
  }

  /** The newest, while the platform does not have it. */
  get untoldPair(): SealingPair | undefined {
    const [newest] = this.stored.sealing;
    return newest?.told ? undefined : newest;
  }

  async addSealingPair(pair: SealingPair): Promise<void> {
    await this.#replace({ sealing: [pair, ...this.stored.sealing].slice(0, keptPairs) });
  }

  async noteTold(keyId: string): Promise<void> {
    await this.#replace({
      sealing: this.stored.sealing.map((pair) => (pair.keyId === keyId ? { ...pair, told: true } : pair)),
    });
  }

  /** The public half of the key that is to follow; made, and on the disk, before anybody hears of it. */
  async nextIdentityKey(): Promise<string> {
    if (!this.stored.nextIdentityKey) await this.#replace({ nextIdentityKey: newIdentityKey().pem });
    return publicHalf(createPrivateKey(this.stored.nextIdentityKey!));
  }

  get hasNext(): boolean {
    return this.stored.nextIdentityKey !== undefined;
  }

  /** Whoever signs as the key that is to follow, to see whether it counts already. */
  get nextSigner(): Signer | undefined {
    const { nextIdentityKey: pem, agentId } = this.stored;
    return pem === undefined ? undefined : { keyId: agentId, key: createPrivateKey(pem) };
  }

  /** From here on the next key is the key. */
  async adoptNext(now: Date): Promise<void> {
    const { nextIdentityKey: identityKey } = this.stored;
    if (identityKey === undefined) return;
    await this.#replace({ identityKey, identitySince: now.toISOString(), nextIdentityKey: undefined });
  }

  async #replace(change: Partial<Stored>): Promise<void> {
    const next = { ...this.stored, ...change };
    await writeState(this.dataDir, file, next);
    this.stored = next;
  }
}

export async function newPair(now: Date): Promise<SealingPair> {
  const pair = await newSealingPair();
  return { keyId: keyIdOf(pair.publicKey), ...pair, madeAt: now.toISOString() };
}

const isWhole = ({ agentId, tenantId, identityKey, platformKey, sealing }: Partial<Stored>): boolean =>
  [agentId, tenantId, identityKey, platformKey?.key, sealing?.[0]?.privateKey].every(
    (part) => typeof part === 'string',
  );

/** As the platform names it too. */
const keyIdOf = (publicKey: string): string => createHash('sha256').update(publicKey).digest('base64url').slice(0, 22);

/** @returns PEM, and the public half as 32 bytes, base64url */
export function newIdentityKey(): { pem: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), publicKey: publicHalf(privateKey) };
}

const publicHalf = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x!;
