import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import type { Caller } from '#libs/commands/caller';
import type { Language } from '#libs/domain/account/lifecycle';
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
    language: languageOf(request),
    body: request.body,
    ...(key === undefined ? {} : { idempotencyKey: key }),
  };
});

/** In which language the caller reads, by `Accept-Language` (RFC 9110 §12.5.4) alone: an account's own would tell of it. */
export const Reading = createParamDecorator((_: unknown, context: ExecutionContext): Language =>
  languageOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

function languageOf({ headers }: FastifyRequest): Language {
  const wishes = (headers['accept-language'] ?? '').split(',').map((wish) => {
    const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';');
    const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find(Boolean);
    return { language: tag.split('-')[0], quality: Number(quality ?? 1) };
  });
  const ours = wishes.filter(({ language, quality }) => (language === 'ja' || language === 'en') && quality > 0);
  return ours.sort((a, b) => b.quality - a.quality)[0]?.language === 'ja' ? 'ja' : 'en';
}

/** The token of an `Authorization: Bearer …` header. */
export const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
