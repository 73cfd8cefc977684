import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { deviceRoutes } from './devices/device-routes.js';
import { directoryRoutes } from './directory/directory-routes.js';
import { faultRequest, hasOnly, isObject } from './fault-request.js';
import { isFromThisMachine } from './guard.js';
import { durationMs } from './iso-duration.js';
import type { Outside } from './outside.js';
import { pageRoutes } from './page/page-routes.js';
import { phoneRoutes } from './phones/phone-routes.js';
import { problem } from './problem.js';

/** What the process that mounts the routes can do beside mail; a route whose callback is missing answers 404. */
export interface OutsideCallbacks {
  /** The right answer of a captcha. */
  captchaAnswer?(captchaId: string): Promise<string | undefined>;
  /** Moves the clock of every role on and answers once due timers have run. */
  advanceClock?(ms: number): Promise<Date>;
  resetLimits?(): Promise<void>;
  /** The current app code of a demo user. */
  appCode?(username: string): Promise<string | undefined>;
}

/** Mounts the simulated world under `/outside`: the mailbox page and the API of `interface.md`. */
export async function outsideRoutes(
  app: FastifyInstance,
  outside: Outside,
  callbacks: OutsideCallbacks = {},
): Promise<void> {
  await app.register(
    async (routes) => {
      routes.addHook('onRequest', async (request, reply) => {
        const { method, url, headers } = request.raw;
        if (!isFromThisMachine({ method: method!, url: url!, headers })) return problem(reply, 404, 'not-found');
        reply.header('Cache-Control', 'no-store');
        return undefined;
      });
      routes.setErrorHandler<FastifyError>(({ statusCode = 500 }, _request, reply) =>
        problem(reply, statusCode, statusCode < 500 ? 'invalid-request' : 'internal'),
      );
      routes.setNotFoundHandler((_request, reply) => problem(reply, 404, 'not-found'));
      mailRoutes(routes, outside);
      if (outside.devices) deviceRoutes(routes, outside.devices);
      if (outside.directory) directoryRoutes(routes, outside.directory);
      phoneRoutes(routes, outside);
      callbackRoutes(routes, callbacks);
      pageRoutes(routes, outside);
    },
    { prefix: '/outside' },
  );
}

function mailRoutes(routes: FastifyInstance, outside: Outside): void {
  routes.get('/api/mail', async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    const { to, limit = '100' } = query;
    const known = hasOnly(query, ['to', 'limit']) && (to === undefined || typeof to === 'string');
    if (!known || typeof limit !== 'string' || !/^\d{1,4}$/.test(limit)) return problem(reply, 400, 'invalid-request');
    return outside.mailbox.list(to as string | undefined, Number(limit));
  });
  routes.delete('/api/mail', async (_request, reply) => {
    await outside.mailbox.clear();
    return reply.code(204).send();
  });
  routes.get('/api/faults', () => Promise.resolve(outside.faults.get()));
  routes.post('/api/faults', async (request, reply) => {
    const change = faultRequest(request.body);
    if (!change) return problem(reply, 400, 'invalid-request');
    await outside.faults.set(change);
    return outside.faults.get();
  });
}

function callbackRoutes(routes: FastifyInstance, callbacks: OutsideCallbacks): void {
  routes.get('/api/captchas/:captchaId', async (request: FastifyRequest<{ Params: { captchaId: string } }>, reply) => {
    const answer = await callbacks.captchaAnswer?.(request.params.captchaId);
    return answer === undefined ? problem(reply, 404, 'not-found') : { answer };
  });
  routes.get('/api/totp', async (request, reply) => {
    const { user } = request.query as Record<string, unknown>;
    if (typeof user !== 'string') return problem(reply, 400, 'invalid-request');
    const code = await callbacks.appCode?.(user);
    return code === undefined ? problem(reply, 404, 'not-found') : { code };
  });
  routes.post('/api/clock', async (request, reply) => {
    if (!callbacks.advanceClock) return problem(reply, 404, 'not-found');
    const { body } = request;
    const advance = isObject(body) && hasOnly(body, ['advance']) ? body.advance : undefined;
    const ms = typeof advance === 'string' ? durationMs(advance) : undefined;
    if (ms === undefined) return problem(reply, 400, 'invalid-request');
    return { now: (await callbacks.advanceClock(ms)).toISOString() };
  });
  routes.post('/api/limits/reset', async (_request, reply) => {
    if (!callbacks.resetLimits) return problem(reply, 404, 'not-found');
    await callbacks.resetLimits();
    return reply.code(204).send();
  });
}
