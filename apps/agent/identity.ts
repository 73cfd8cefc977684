import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { newSealingPair, type SealingKey } from '#libs/directory/protocol/sealed-password';
import { readState, writeState } from './state-dir.js';

interface SealingPair {
  readonly keyId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  /** ISO 8601 UTC */
  readonly madeAt: string;
}

interface Stored {
  readonly agentId: string;
  readonly tenantId: string;
  readonly platformKey: SealingKey;
  /** PKCS #8, PEM */
  readonly identityKey: string;
  readonly identitySince: string;
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

  static async load(dataDir: string): Promise<Identity | undefined> {
    const stored = (await readState(dataDir, file)) as Stored | undefined;
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

  get signer(): { keyId: string; key: KeyObject } {
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

  async addSealingPair(pair: SealingPair): Promise<void> {
    await this.#replace({ sealing: [pair, ...this.stored.sealing].slice(0, keptPairs) });
  }

  async replaceIdentityKey(identityKey: string, now: Date): Promise<void> {
    await this.#replace({ identityKey, identitySince: now.toISOString() });
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

/** As the platform names it too. */
const keyIdOf = (publicKey: string): string => createHash('sha256').update(publicKey).digest('base64url').slice(0, 22);

/** @returns PEM, and the public half as 32 bytes, base64url */
export function newIdentityKey(): { pem: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), publicKey: publicHalf(privateKey) };
}

const publicHalf = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x!;
