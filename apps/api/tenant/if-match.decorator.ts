import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RuleViolation } from '#libs/domain/decider';

/** The version somebody saw, or `any` of them (RFC 9110 §13.1.1). */
export type SeenVersion = number | 'any';

/** The version in `If-Match`, as `ETag` gave it. @throws RuleViolation invalid-request */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): SeenVersion | undefined => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined) return undefined;
  if (header === '*') return 'any';
  const [, version] = /^"?(\d{1,9})"?$/.exec(header) ?? [];
  if (version === undefined) throw new RuleViolation('invalid-request', { field: 'If-Match' });
  return Number(version);
});

export const etagOf = (version: number): string => `"${version}"`;
