import type { FastifyInstance } from 'fastify';
import { hasOnly, isObject } from '../fault-request.js';
import { problem } from '../problem.js';
import type { SimulatedDirectory } from './simulated-directory.js';

/** The organisation's own directory, for tests and for the page. */
export function directoryRoutes(routes: FastifyInstance, directory: SimulatedDirectory): void {
  routes.get('/api/directory', () => Promise.resolve({ url: directory.url, people: directory.list() }));

  /** As somebody at a desk would; wrong tries count and lock. `result`: right, must-change, wrong or locked. */
  routes.post('/api/directory/sign-ins', async ({ body }, reply) => {
    const { username, password } = isObject(body) && hasOnly(body, ['username', 'password']) ? body : {};
    if (typeof username !== 'string' || typeof password !== 'string') return problem(reply, 400, 'invalid-request');
    return { result: (await directory.signIn(username, password)) ?? 'wrong' };
  });
}
