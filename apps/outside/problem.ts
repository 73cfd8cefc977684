import type { FastifyReply } from 'fastify';

/** RFC 9457 */
export function problem(reply: FastifyReply, status: 400 | 404, code: 'invalid-request' | 'not-found'): FastifyReply {
  const title = code === 'not-found' ? 'Not found' : 'The request is not valid';
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, code }));
}
