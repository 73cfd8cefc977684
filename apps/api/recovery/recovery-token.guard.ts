import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Tokens } from '#libs/commands/tokens';
import { RuleViolation } from '#libs/domain/decider';
import { bearerOf } from '../caller.decorator.js';

/** The token opens the one recovery it was given for, and nothing else. */
@Injectable()
export class RecoveryTokenGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { recoveryId: string } }>>();
    const token = bearerOf(request);
    const recoveryId = token && this.tokens.recoveryIdIn(token);
    if (!recoveryId || recoveryId !== request.params.recoveryId) throw new RuleViolation('recovery-token-invalid');
    return true;
  }
}
