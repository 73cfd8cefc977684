import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { account } from '#libs/domain/account/account';
import { writeback } from '#libs/domain/writeback/writeback';
import type { Errand, WritebackEvent } from '#libs/domain/writeback/writeback.events';
import type { Receipt } from '#libs/directory/protocol/agent-messages';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Agents } from '../agents/agents.js';
import { derivedId } from '../steps.js';
import { SettleWriteback, SettleWritebackHandler } from './settle-writeback.js';
import { WritebackNotices } from './writeback-notices.js';

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
    private readonly notices: WritebackNotices,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation writeback-not-leased for one that this agent never had */
  async execute({ agentId, tenantId, receipt }: RecordReceipt): Promise<void> {
    const { writebackId, ...report } = receipt;
    const { state } = await load(this.store, writeback, writebackId);
    if (state.errand?.tenantId !== tenantId) throw new RuleViolation('writeback-not-leased');
    const alive = (await this.agents.live(tenantId)).map(({ agentId }) => agentId);
    const now = this.clock.now().toISOString();
    const { events } = await execute(
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
    // It was no news: whoever brought the news draws the consequences, or has not been answered and comes again.
    if (events.length === 0) return;
    for (const event of events) await this.#alarm(state.errand, event);
    await this.settle.execute(new SettleWriteback(writebackId));
  }

  /** Another may do it: the person is helped, and the trouble of this one would come to nobody's eyes. */
  async #alarm(errand: Errand, { type, data }: WritebackEvent): Promise<void> {
    if (type !== 'WritebackReturned' && type !== 'WritebackUntouched') return;
    const { writebackId, agentId, result, trouble } = data;
    const alertId = derivedId(writebackId, 'alert', result, agentId);
    const alert = this.notices.alertOf(errand, { result, trouble }, alertId);
    if (!alert) return;
    const command = { type: 'RaiseAlert', data: { ...alert, now: this.clock.now().toISOString() } } as const;
    const context = { commandId: alertId, correlationId: errand.recoveryId, actor: { kind: 'system' } as const };
    await execute(this.store, account, errand.accountId, command, context);
  }
}
