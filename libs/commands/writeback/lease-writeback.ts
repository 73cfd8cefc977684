import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { agent } from '#libs/domain/agent/agent';
import { isBefore, plus } from '#libs/domain/time';
import { isUntouched, neverReached, othersHad, writeback } from '#libs/domain/writeback/writeback';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { WriteCommands } from './write-commands.js';

/** Longer than an agent needs for a write that goes well, milliseconds. */
const leaseMs = 30_000;

/**
 * One agent of the tenant takes what was offered; undefined when another was faster, or its time is up. What it took before
 * and never got is its already: it gets that under the same lease, and nothing is recorded. The fence keeps it from writing
 * twice, should it have it after all.
 */
export class LeaseWriteback extends Command<WriteCommand | undefined> {
  /** @param holding all that the agent has begun; undefined when it does not say */
  constructor(
    readonly agentId: string,
    readonly tenantId: string,
    readonly writebackId: string,
    readonly holding?: readonly string[],
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

  async execute({ agentId, tenantId, writebackId, holding }: LeaseWriteback): Promise<WriteCommand | undefined> {
    // It has begun it, and looks for itself what became of it: given anew, it would begin as if it never had.
    if (holding?.includes(writebackId)) return undefined;
    const [{ state }, asker] = await Promise.all([
      load(this.store, writeback, writebackId),
      load(this.store, agent, agentId),
    ]);
    const { errand, offer } = state;
    const now = this.clock.now().toISOString();
    const again = holding !== undefined && neverReached(state, agentId, holding, now);
    if (errand?.tenantId !== tenantId || (state.phase !== 'offered' && !again)) return undefined;
    if (state.returned.includes(agentId)) return undefined;
    // Its question may have been waiting since before it was revoked.
    if (asker.state.phase !== 'enrolled') return undefined;
    // Looked up before it is leased: what is gone is not given away.
    const over = again && !isBefore(now, errand.deadline);
    const tried = othersHad(state, agentId);
    const command = await this.commands.of(errand, { over, tried, untouched: isUntouched(state) });
    if (!command || again) return command;
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
