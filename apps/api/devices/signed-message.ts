import type { FastifyRequest } from 'fastify';
import type { SignedMessage } from '#libs/commands/devices/message-signature';
import { rawBodyOf } from './raw-body.js';

/** What a signature of this request would have to cover. */
export function signedMessageOf(request: FastifyRequest): SignedMessage {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    method: request.method,
    target: request.raw.url ?? '',
    body: rawBodyOf(request),
    signatureInput: header('signature-input'),
    signature: header('signature'),
    contentDigest: header('content-digest'),
  };
}
