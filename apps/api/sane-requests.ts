import type { FastifyInstance } from 'fastify';
import { RuleViolation } from '#libs/domain/decider';

/** No body that the interface describes is nested deeper; validation would follow any number of brackets down the stack. */
const deepest = 24;

/** Refuses before anything is looked up what no honest client sends: bodies without end, and NUL in a path. */
export function refuseNonsense(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => {
    const nonsense = /%00/.test((request.raw.url ?? '').split('?', 1)[0]!) || isDeeper(request.body, deepest);
    done(nonsense ? Object.assign(new Error('nonsense'), { statusCode: 400 }) : undefined);
  });
}

/** @returns what sends, from then on, requests of connections that are still open elsewhere */
export function refuseOnceClosing(fastify: FastifyInstance): () => void {
  let closing = false;
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (!closing) return done();
    void reply.header('connection', 'close');
    done(Object.assign(new RuleViolation('unavailable', { retryAfterMs: 2_000 }), { statusCode: 503 }));
  });
  return () => void (closing = true);
}

function isDeeper(body: unknown, most: number): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; depth <= most; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}
