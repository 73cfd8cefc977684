import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validate } from 'uuid';
import type { CallQuestion } from '#libs/channels/telecom/carrier';
import { RuleViolation } from '#libs/domain/decider';

/** What a call asks about, from its address: `challenges/<recoveryId>/<challengeId>` or `confirmations/<accountId>/<id>`. */
export const Asked = createParamDecorator((_: unknown, context: ExecutionContext): CallQuestion => {
  const { params } = context.switchToHttp().getRequest<FastifyRequest<{ Params: Record<string, string> }>>();
  const { kind, ownerId = '', questionId = '' } = params;
  if (!validate(ownerId) || !validate(questionId)) throw new RuleViolation('not-found');
  if (kind === 'challenges') return { kind: 'challenge', recoveryId: ownerId, challengeId: questionId };
  if (kind === 'confirmations') return { kind: 'confirmation', accountId: ownerId, confirmationId: questionId };
  throw new RuleViolation('not-found');
});
