import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agent } from '#libs/domain/agent/agent';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { Clock } from '#libs/runtime/clock';
import type { Authenticated } from '../sessions/authenticate.js';

/** An administrator puts an agent out for good. */
export class RevokeAgent extends Command<void> {
  constructor(
    readonly who: Authenticated,
    readonly agentId: string,
  ) {
    super();
  }
}

@CommandHandler(RevokeAgent)
export class RevokeAgentHandler implements ICommandHandler<RevokeAgent> {
  constructor(
    private readonly store: EventStore,
    private readonly polls: AgentPolls,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation not-found, also for another tenant's */
  async execute({ who, agentId }: RevokeAgent): Promise<void> {
    const { state } = await load(this.store, agent, agentId);
    if (state.tenantId !== who.account.tenantId) throw new RuleViolation('not-found');
    const command = { type: 'RevokeAgent', data: { now: this.clock.now().toISOString() } } as const;
    const actor = { kind: 'administrator', id: who.accountId } as const;
    await execute(this.store, agent, agentId, command, { commandId: randomUUID(), correlationId: agentId, actor });
    await this.polls.forget(agentId);
  }
}
