import { createPublicKey, verify, type KeyObject } from 'node:crypto';

/** A device's public key (RFC 7517): Ed25519 (RFC 8037) or P-256 (RFC 7518 §6.2). */
export interface PublicKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string | undefined;
}

/** Names of RFC 9421 §3.3. */
export type SignatureAlgorithm = 'ed25519' | 'ecdsa-p256-sha256';

/** Only what makes the key, in one order. @returns undefined for anything but a valid public key of the two kinds */
export function canonicalKey({ kty, crv, x, y }: PublicKey): string | undefined {
  const jwk = y === undefined ? { crv, kty, x } : { crv, kty, x, y };
  try {
    return algorithmOf(jwk) && keyOf(jwk) ? JSON.stringify(jwk) : undefined;
  } catch {
    return undefined;
  }
}

export const algorithmOf = ({ kty, crv, y }: PublicKey): SignatureAlgorithm | undefined => {
  if (kty === 'OKP' && crv === 'Ed25519' && y === undefined) return 'ed25519';
  return kty === 'EC' && crv === 'P-256' ? 'ecdsa-p256-sha256' : undefined;
};

export function signatureFits(key: PublicKey, text: string, signature: Buffer): boolean {
  const ed25519 = algorithmOf(key) === 'ed25519';
  const data = Buffer.from(text);
  return ed25519
    ? verify(null, data, keyOf(key), signature)
    : verify('sha256', data, { key: keyOf(key), dsaEncoding: 'ieee-p1363' }, signature);
}

const keyOf = ({ kty, crv, x, y }: PublicKey): KeyObject =>
  createPublicKey({ key: { kty, crv, x, ...(y !== undefined && { y }) }, format: 'jwk' });
