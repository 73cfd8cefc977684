import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { agent } from '#libs/domain/agent/agent';
import { plus } from '#libs/domain/time';
import { writeback } from '#libs/domain/writeback/writeback';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { WriteCommands } from './write-commands.js';

/** Longer than an agent needs for a write that goes well, milliseconds. */
const leaseMs = 30_000;

/** One agent of the tenant takes what was offered; undefined when another was faster, or its time is up. */
export class LeaseWriteback extends Command<WriteCommand | undefined> {
  constructor(
    readonly agentId: string,
    readonly tenantId: string,
    readonly writebackId: string,
  ) {
    super();
  }
}

@CommandHandler(LeaseWriteback)
export class LeaseWritebackHandler implements ICommandHandler<LeaseWriteback> {
  constructor(
    private readonly store: EventStore,
    private readonly commands: WriteCommands,
    private readonly clock: Clock,
  ) {}

  async execute({ agentId, tenantId, writebackId }: LeaseWriteback): Promise<WriteCommand | undefined> {
    const { state } = await load(this.store, writeback, writebackId);
    const { errand, offer } = state;
    if (errand?.tenantId !== tenantId || state.phase !== 'offered') return undefined;
    // Its question may have been waiting since before it was revoked.
    if ((await load(this.store, agent, agentId)).state.phase !== 'enrolled') return undefined;
    // Looked up before it is leased: what is gone is not given away.
    const command = await this.commands.of(errand);
    if (!command) return undefined;
    const now = this.clock.now().toISOString();
    try {
      await execute(
        this.store,
        writeback,
        writebackId,
        { type: 'LeaseWriteback', data: { agentId, leaseUntil: plus(now, leaseMs), now } },
        {
          commandId: derivedId(writebackId, 'lease', agentId, String(offer)),
          correlationId: errand.recoveryId,
          actor: { kind: 'agent', id: agentId },
        },
      );
      return command;
    } catch (error) {
      if (error instanceof RuleViolation) return undefined;
      throw error;
    }
  }
}
