import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { AuthenticateAgent } from '#libs/commands/agents/authenticate-agent';
import type { AgentState } from '#libs/domain/agent/agent';
import { signedMessageOf } from '../devices/signed-message.js';

type AgentRequest = FastifyRequest & { agent?: AgentState };

/** Lets in an enrolled agent that signed this very request. */
@Injectable()
export class AgentGuard implements CanActivate {
  constructor(private readonly queries: QueryBus) {}

  /** @throws RuleViolation agent-invalid */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AgentRequest>();
    request.agent = await this.queries.execute(new AuthenticateAgent(signedMessageOf(request)));
    return true;
  }
}

/** Which agent the guard let in. */
export const AskedBy = createParamDecorator(
  (_: unknown, context: ExecutionContext): AgentState => context.switchToHttp().getRequest<AgentRequest>().agent!,
);
