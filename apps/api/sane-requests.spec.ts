import Fastify, { type FastifyInstance } from 'fastify';
import { refuseOnceClosing } from './sane-requests.js';

describe('requests while a process ends', () => {
  let fastify: FastifyInstance;
  let endRequests: () => void;

  beforeEach(() => {
    fastify = Fastify();
    endRequests = refuseOnceClosing(fastify);
    fastify.get('/', () => Promise.resolve('here'));
  });
  afterEach(() => fastify.close());

  it('are answered until then, and sent elsewhere afterwards', async () => {
    expect((await fastify.inject('/')).body).toBe('here');
    endRequests();
    const { statusCode, headers } = await fastify.inject('/');
    expect([statusCode, headers.connection]).toEqual([503, 'close']);
  });
});
