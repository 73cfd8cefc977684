import type { FastifyReply } from 'fastify';

/** RFC 9457 */
export function problem(reply: FastifyReply, status: number, code: keyof typeof titles): FastifyReply {
  const title = titles[code];
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, code }));
}

const titles = {
  'invalid-request': 'The request is not valid',
  'not-found': 'Not found',
  internal: 'Something went wrong',
};
