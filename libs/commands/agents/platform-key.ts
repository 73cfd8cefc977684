import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { keyedToken } from '#libs/vault/keyed-token';
import type { Vault } from '#libs/vault/vault';
import type { SealingKey } from '#libs/directory/protocol/sealed-password';

/** X25519, made of the installation's own key: what every sealed password comes from, and what agents pin at enrolment. */
export interface PlatformKey {
  readonly publicKey: SealingKey;
  readonly privateKey: SealingKey;
}

export async function platformKey(vault: Vault): Promise<PlatformKey> {
  const seed = await vault.installationKey('platform-sealing');
  const { kem } = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const pair = await kem.deriveKeyPair(new Uint8Array(seed).buffer);
  const text = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('base64url');
  const publicKey = text(await kem.serializePublicKey(pair.publicKey));
  const keyId = keyedToken(Buffer.from('keyturn/platform-key'), publicKey).slice(0, 22);
  return {
    publicKey: { keyId, key: publicKey },
    privateKey: { keyId, key: text(await kem.serializePrivateKey(pair.privateKey)) },
  };
}
