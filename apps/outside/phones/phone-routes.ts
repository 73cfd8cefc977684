import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Speech } from '#libs/captcha/speech';
import { hasOnly, isObject } from '../fault-request.js';
import type { Outside } from '../outside.js';
import { problem } from '../problem.js';

type Call = FastifyRequest<{ Params: { callId: string } }>;

/** The phones of everybody, for tests and for the page. */
export function phoneRoutes(routes: FastifyInstance, { phones, callCenter }: Outside): void {
  const speech = new Speech();
  routes.addHook('onClose', () => speech.close());
  routes.get('/api/sms', (request, reply) => {
    const wanted = wish(request.query);
    return wanted ? phones.texts(wanted.to, wanted.limit) : problem(reply, 400, 'invalid-request');
  });
  routes.delete('/api/sms', async (_request, reply) => {
    await phones.clear();
    return reply.code(204).send();
  });
  routes.get('/api/calls', (request, reply) => {
    const wanted = wish(request.query);
    return wanted ? phones.calls(wanted.to, wanted.limit) : problem(reply, 400, 'invalid-request');
  });
  routes.post('/api/calls/:callId/answer', async ({ params }: Call, reply) =>
    found(reply, await callCenter.answer(params.callId)),
  );
  routes.post('/api/calls/:callId/hang-up', async ({ params }: Call, reply) =>
    found(reply, await callCenter.hangUp(params.callId)),
  );
  routes.get('/api/calls/:callId/audio', async ({ params }: Call, reply) => {
    const said = phones.call(params.callId)?.spoken.at(-1);
    if (!said) return problem(reply, 404, 'not-found');
    const voice = said.language.slice(0, 2);
    const wav = await speech.speak({ text: said.text, voice, pitch: 50, speed: 150 });
    return reply.type('audio/wav').send(Buffer.from(wav));
  });
  routes.post('/api/calls/:callId/keys', async ({ params, body }: Call, reply) => {
    const keys = isObject(body) && hasOnly(body, ['keys']) ? body.keys : undefined;
    if (typeof keys !== 'string' || !/^[0-9*#]{1,20}$/.test(keys)) return problem(reply, 400, 'invalid-request');
    return found(reply, await callCenter.press(params.callId, keys));
  });
}

const found = <T>(reply: FastifyReply, call: T | undefined): T | FastifyReply =>
  call ?? problem(reply, 404, 'not-found');

function wish(query: unknown): { to?: string; limit: number } | undefined {
  const { to, limit = '100' } = query as Record<string, unknown>;
  if (!hasOnly(query as object, ['to', 'limit']) || (to !== undefined && typeof to !== 'string')) return undefined;
  if (typeof limit !== 'string' || !/^\d{1,4}$/.test(limit)) return undefined;
  return { ...(to !== undefined && { to }), limit: Number(limit) };
}
