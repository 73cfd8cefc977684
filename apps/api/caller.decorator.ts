import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import type { Caller } from '#libs/commands/caller';
import { RuleViolation } from '#libs/domain/decider';

/** Who asks: the address as trusted proxies tell it, the browser, and the key that makes a repetition harmless. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const key = request.headers['idempotency-key'];
  if (key !== undefined && (typeof key !== 'string' || !isUuid(key))) {
    throw new RuleViolation('invalid-request', { field: 'Idempotency-Key' });
  }
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    body: request.body,
    ...(key === undefined ? {} : { idempotencyKey: key }),
  };
});

/** The token of an `Authorization: Bearer …` header. */
export const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
