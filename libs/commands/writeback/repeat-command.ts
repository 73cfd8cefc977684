import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { mayHaveAgain, othersHad, writeback } from '#libs/domain/writeback/writeback';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { WriteCommands } from './write-commands.js';

/**
 * An agent that was restarted knows which command it took and has no password any more: it is told once more while the
 * sealed value lives, also past the deadline, because a double reset that was begun must be finished. The fence keeps it
 * from writing twice.
 */
export class RepeatCommand extends Query<WriteCommand | undefined> {
  constructor(
    readonly agentId: string,
    readonly tenantId: string,
    readonly writebackId: string,
  ) {
    super();
  }
}

@QueryHandler(RepeatCommand)
export class RepeatCommandHandler implements IQueryHandler<RepeatCommand> {
  constructor(
    private readonly store: EventStore,
    private readonly commands: WriteCommands,
  ) {}

  /** @returns undefined alike for one that this agent never had, that is over, or whose value is gone */
  async execute({ agentId, tenantId, writebackId }: RepeatCommand): Promise<WriteCommand | undefined> {
    const { state } = await load(this.store, writeback, writebackId);
    if (!state.errand || state.errand.tenantId !== tenantId || !mayHaveAgain(state, agentId)) return undefined;
    return this.commands.of(state.errand, { tried: othersHad(state, agentId) });
  }
}
