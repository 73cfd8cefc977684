import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { writeback } from '#libs/domain/writeback/writeback';
import type { Receipt } from '#libs/directory/protocol/agent-messages';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Agents } from '../agents/agents.js';
import { derivedId } from '../steps.js';
import { SettleWriteback, SettleWritebackHandler } from './settle-writeback.js';

/** An agent says what became of what it took. It may say so late, and more than once. */
export class RecordReceipt extends Command<void> {
  constructor(
    readonly agentId: string,
    readonly tenantId: string,
    readonly receipt: Receipt,
  ) {
    super();
  }
}

@CommandHandler(RecordReceipt)
export class RecordReceiptHandler implements ICommandHandler<RecordReceipt> {
  constructor(
    private readonly store: EventStore,
    private readonly settle: SettleWritebackHandler,
    private readonly agents: Agents,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation writeback-not-leased for one that this agent never had */
  async execute({ agentId, tenantId, receipt }: RecordReceipt): Promise<void> {
    const { writebackId, ...report } = receipt;
    const { state } = await load(this.store, writeback, writebackId);
    if (state.errand?.tenantId !== tenantId) throw new RuleViolation('writeback-not-leased');
    const alive = (await this.agents.live(tenantId)).map(({ agentId }) => agentId);
    const now = this.clock.now().toISOString();
    await execute(
      this.store,
      writeback,
      writebackId,
      { type: 'ReportWriteback', data: { agentId, ...report, alive, now } },
      {
        commandId: derivedId(writebackId, 'report', agentId, report.result, report.doneAt),
        correlationId: state.errand.recoveryId,
        actor: { kind: 'agent', id: agentId },
      },
    );
    await this.settle.execute(new SettleWriteback(writebackId));
  }
}
