import { createHash } from 'node:crypto';
import { sameText } from '../same-text.js';

/** A request as it came over the wire. */
export interface SignedMessage {
  readonly method: string;
  /** Path and query as in the request line. */
  readonly target: string;
  /** The body's bytes; none when empty. */
  readonly body: Buffer | undefined;
  readonly signatureInput: string | undefined;
  readonly signature: string | undefined;
  readonly contentDigest: string | undefined;
}

export interface MessageSignature {
  readonly keyId: string;
  readonly algorithm: string;
  /** Unix seconds. */
  readonly created: number;
  readonly nonce: string;
  /** What was signed. */
  readonly base: string;
  readonly bytes: Buffer;
}

/**
 * The signature of a request by the subset of RFC 9421 that docs/devices.md describes: covered are method, path and, with
 * a body, its digest (RFC 9530); all four parameters must be there, in one order.
 * @returns undefined when it is missing, of another form, covers too little or the body is not the one it names
 */
export function readSignature(message: SignedMessage): MessageSignature | undefined {
  const { method, target, body, signatureInput = '', signature = '', contentDigest = '' } = message;
  const [, parameters, components, created, nonce, keyId, algorithm] = inputForm.exec(signatureInput) ?? [];
  const [, bytes] = signatureForm.exec(signature) ?? [];
  if (!parameters || !bytes || !nonce || !keyId || !algorithm || target.includes('?')) return undefined;
  if (components !== (body ? '"@method" "@path" "content-digest"' : '"@method" "@path"')) return undefined;
  if (body && !sameText(contentDigest, digestOf(body))) return undefined;
  const lines = [
    `"@method": ${method}`,
    `"@path": ${target}`,
    ...(body ? [`"content-digest": ${contentDigest}`] : []),
    `"@signature-params": ${parameters}`,
  ];
  const base = lines.join('\n');
  return { keyId, algorithm, created: Number(created), nonce, base, bytes: Buffer.from(bytes, 'base64') };
}

const inputForm =
  /^keyturn=(\(([^()]*)\);created=(\d{1,12});nonce="([\w-]{16,64})";keyid="([\w-]{1,64})";alg="([\w-]{1,32})")$/;
const signatureForm = /^keyturn=:([A-Za-z0-9+/]{1,256}={0,2}):$/;

const digestOf = (body: Buffer): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
