import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** Nobody approved a proposed contact in time. */
export class ExpireProposal extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly caseId: string,
    readonly proposalId: string,
  ) {
    super();
  }
}

@CommandHandler(ExpireProposal)
export class ExpireProposalHandler implements ICommandHandler<ExpireProposal> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, caseId, proposalId }: ExpireProposal): Promise<void> {
    const command = { type: 'ExpireProposal', data: { proposalId, now: this.clock.now().toISOString() } } as const;
    const actor = { kind: 'system', id: 'reconciler' } as const;
    const context = { commandId: derivedId(proposalId, 'expire'), correlationId: caseId, actor };
    await execute(this.store, account, accountId, command, context);
  }
}
