import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { plus } from '#libs/domain/time';
import { writeback } from '#libs/domain/writeback/writeback';
import type { Errand } from '#libs/domain/writeback/writeback.events';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { SealedPassword } from '#libs/directory/protocol/sealed-password';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { derivedId } from '../steps.js';

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
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  async execute({ agentId, tenantId, writebackId }: LeaseWriteback): Promise<WriteCommand | undefined> {
    const { state } = await load(this.store, writeback, writebackId);
    const { errand, offer } = state;
    if (errand?.tenantId !== tenantId || state.phase !== 'offered') return undefined;
    const command = await this.#command(errand);
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

  /** Looked up before it is leased: what is gone is not given away. */
  async #command(errand: Errand): Promise<WriteCommand | undefined> {
    const { writebackId, accountId, recoveryId, kind, fence: epoch, doubleReset, deadline, sealed: ref } = errand;
    const { directoryUser } = (await load(this.store, account, accountId)).state;
    const [userId, sealed] = await Promise.all([
      directoryUser && this.vault.read(directoryUser, 'account/directory-user'),
      ref && this.vault.read(ref, 'account/sealed-password'),
    ]);
    if (!userId || (kind === 'reset' && !sealed)) return undefined;
    return {
      type: 'write',
      writebackId,
      accountId,
      recoveryId,
      userId: userId.toString(),
      epoch,
      kind,
      sealed: sealed ? (JSON.parse(sealed.toString()) as SealedPassword) : null,
      doubleReset,
      deadline,
    };
  }
}
