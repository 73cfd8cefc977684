import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const bodies = new WeakMap<object, Buffer>();

/** Routes whose requests are signed over the very bytes of their body. */
const signed = /^\/api\/v1\/(devices|agent)\//;

/** Keeps the bytes of signed requests beside what is parsed of them; never more than `most`. */
export function keepRawBodies(fastify: FastifyInstance, most: number): void {
  fastify.addHook('preParsing', async (request, _reply, payload) => {
    if (!signed.test(request.routeOptions.url ?? '')) return payload;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of payload as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > most) throw Object.assign(new Error('too large'), { statusCode: 413 });
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    if (size > 0) bodies.set(request.raw, body);
    return Readable.from(body.length > 0 ? [body] : []);
  });
}

/** The bytes of this request's body; undefined when it had none. */
export const rawBodyOf = (request: FastifyRequest): Buffer | undefined => bodies.get(request.raw);
