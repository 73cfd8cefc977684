import { createHash, randomBytes, webcrypto } from 'node:crypto';

type Keys = webcrypto.CryptoKeyPair;

/** An Ed25519 pair as a device keeps it. */
export interface StoredKeys {
  readonly privateKey: webcrypto.JsonWebKey;
  readonly publicKey: webcrypto.JsonWebKey;
}

export async function newDeviceKeys(): Promise<StoredKeys> {
  const { privateKey, publicKey } = (await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as Keys;
  const [secret, open] = await Promise.all(
    [privateKey, publicKey].map((key) => webcrypto.subtle.exportKey('jwk', key)),
  );
  return { privateKey: secret!, publicKey: open! };
}

export interface Unsigned {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly now: Date;
}

/** The headers by which the product knows who sent this request (docs/devices.md). */
export async function signatureHeaders(
  deviceId: string,
  { privateKey }: StoredKeys,
  { method, path, body, now }: Unsigned,
): Promise<Record<string, string>> {
  const digest = body === undefined ? undefined : `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const components = digest ? '("@method" "@path" "content-digest")' : '("@method" "@path")';
  const nonce = randomBytes(16).toString('base64url');
  const created = Math.floor(now.getTime() / 1000);
  const parameters = `${components};created=${created};nonce="${nonce}";keyid="${deviceId}";alg="ed25519"`;
  const lines = [
    `"@method": ${method}`,
    `"@path": ${path}`,
    ...(digest ? [`"content-digest": ${digest}`] : []),
    `"@signature-params": ${parameters}`,
  ];
  const key = await webcrypto.subtle.importKey('jwk', privateKey, 'Ed25519', false, ['sign']);
  const signature = await webcrypto.subtle.sign('Ed25519', key, Buffer.from(lines.join('\n')));
  return {
    'signature-input': `keyturn=${parameters}`,
    signature: `keyturn=:${Buffer.from(signature).toString('base64')}:`,
    ...(digest && { 'content-digest': digest }),
  };
}
