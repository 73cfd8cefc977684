import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agent } from '#libs/domain/agent/agent';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Tokens } from '../tokens.js';

export interface CreatedAgent {
  agentId: string;
  /** Told once more only to a repetition of the same command; it can be used once, within a day. */
  enrolmentCode: string;
  expiresAt: string;
}

/** An administrator lets one more agent into the tenant. */
export class CreateAgent extends Command<CreatedAgent> {
  constructor(
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(CreateAgent)
export class CreateAgentHandler implements ICommandHandler<CreateAgent> {
  constructor(
    private readonly store: EventStore,
    private readonly contexts: Contexts,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  async execute({ who, caller }: CreateAgent): Promise<CreatedAgent> {
    const { tenantId } = who.account;
    const actor = { kind: 'administrator', id: who.accountId } as const;
    const context = await this.contexts.of({ scope: who.sessionId, route: 'agents', caller, actor, tenantId });
    const agentId = derivedId(context.commandId, 'agent');
    const command = { type: 'CreateAgent', data: { agentId, tenantId, now: this.clock.now().toISOString() } } as const;
    const { state } = await execute(this.store, agent, agentId, command, context, { presume: 'no-stream' });
    return { agentId, enrolmentCode: this.tokens.enrolmentCode({ agentId, tenantId }), expiresAt: state.codeExpiresAt };
  }
}
