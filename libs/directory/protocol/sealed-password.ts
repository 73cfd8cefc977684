import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';

/**
 * A password on its way to the customer's network: HPKE (RFC 9180) in authenticated mode, once for each agent that may take
 * it. Only such an agent can open it, and it opens only as what the platform's key sealed for this very command: whoever
 * owns a queue, the vault or another tenant's agent can neither read it nor make one.
 */
export interface SealedPassword {
  readonly platformKeyId: string;
  readonly copies: readonly SealedCopy[];
}

interface SealedCopy {
  /** which sealing key of which agent opens it */
  readonly keyId: string;
  /** base64url: the encapsulated key, and the ciphertext with its tag */
  readonly enc: string;
  readonly sealed: string;
}

/** What a sealed password is good for, and nothing else: bound as HPKE's `info`. */
export interface SealingInfo {
  /** What it may be used for; a write when left out. */
  readonly purpose?: 'writeback' | 'sign-in';
  readonly tenantId: string;
  readonly accountId: string;
  readonly recoveryId: string;
  readonly writebackId: string;
  readonly userId: string;
  readonly epoch: number;
  /** ISO 8601 UTC */
  readonly deadline: string;
}

/** base64url raw X25519 key */
export interface SealingKey {
  readonly keyId: string;
  readonly key: string;
}

export async function sealPassword(
  password: string,
  info: SealingInfo,
  platform: SealingKey,
  agents: readonly SealingKey[],
): Promise<SealedPassword> {
  const senderKey = await suite.kem.importKey('raw', bytesOf(platform.key), false);
  const copies = await Promise.all(
    agents.map(async ({ keyId, key }): Promise<SealedCopy> => {
      const recipientPublicKey = await suite.kem.importKey('raw', bytesOf(key), true);
      const sender = await suite.createSenderContext({ recipientPublicKey, senderKey, info: infoBytes(info) });
      const sealed = await sender.seal(new TextEncoder().encode(password).buffer as ArrayBuffer);
      return { keyId, enc: text(sender.enc), sealed: text(sealed) };
    }),
  );
  return { platformKeyId: platform.keyId, copies };
}

/**
 * @param platform the key pinned at enrolment
 * @returns undefined when there is no copy for this key, or when it was sealed by another, for something else, or changed
 */
export async function openPassword(
  { copies }: SealedPassword,
  info: SealingInfo,
  platform: SealingKey,
  own: SealingKey,
): Promise<string | undefined> {
  const copy = copies.find(({ keyId }) => keyId === own.keyId);
  if (!copy) return undefined;
  try {
    const recipient = await suite.createRecipientContext({
      recipientKey: await suite.kem.importKey('raw', bytesOf(own.key), false),
      senderPublicKey: await suite.kem.importKey('raw', bytesOf(platform.key), true),
      enc: bytesOf(copy.enc),
      info: infoBytes(info),
    });
    return new TextDecoder('utf-8', { fatal: true }).decode(await recipient.open(bytesOf(copy.sealed)));
  } catch {
    return undefined;
  }
}

/** A new X25519 pair, base64url raw. */
export async function newSealingPair(): Promise<{ publicKey: string; privateKey: string }> {
  const { publicKey, privateKey } = await suite.kem.generateKeyPair();
  return {
    publicKey: text(await suite.kem.serializePublicKey(publicKey)),
    privateKey: text(await suite.kem.serializePrivateKey(privateKey)),
  };
}

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** Every field with its length before it, so that no two commands read alike. */
function infoBytes(info: SealingInfo): ArrayBuffer {
  const { purpose = 'writeback', tenantId, accountId, recoveryId, writebackId, userId, epoch, deadline } = info;
  const fields = [
    `keyturn/${purpose}/1`,
    tenantId,
    accountId,
    recoveryId,
    writebackId,
    userId,
    String(epoch),
    deadline,
  ];
  return exact(Buffer.from(fields.map((field) => `${Buffer.byteLength(field)}:${field}`).join('')));
}

const bytesOf = (base64url: string): ArrayBuffer => exact(Buffer.from(base64url, 'base64url'));
const exact = (buffer: Buffer): ArrayBuffer =>
  buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer;
const text = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('base64url');
