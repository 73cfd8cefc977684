import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';

/** Who signs. */
export interface Signer {
  readonly keyId: string;
  /** Ed25519 */
  readonly key: KeyObject;
}

interface Request {
  readonly method: string;
  /** Path alone, without a query. */
  readonly path: string;
  readonly body?: Buffer | undefined;
  /** Unix seconds. */
  readonly created: number;
}

/**
 * The headers that sign a request: HTTP Message Signatures (RFC 9421) over method, path and, with a body, its digest
 * (RFC 9530), in the form of docs/devices.md.
 */
export function signatureHeaders(
  { method, path, body, created }: Request,
  { keyId, key }: Signer,
): Record<string, string> {
  const digest = body && `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const covered = digest ? '"@method" "@path" "content-digest"' : '"@method" "@path"';
  const nonce = randomBytes(18).toString('base64url');
  const parameters = `(${covered});created=${created};nonce="${nonce}";keyid="${keyId}";alg="ed25519"`;
  const base = [
    `"@method": ${method}`,
    `"@path": ${path}`,
    ...(digest ? [`"content-digest": ${digest}`] : []),
    `"@signature-params": ${parameters}`,
  ].join('\n');
  return {
    ...(digest && { 'content-digest': digest }),
    'signature-input': `keyturn=${parameters}`,
    signature: `keyturn=:${sign(null, Buffer.from(base), key).toString('base64')}:`,
  };
}
