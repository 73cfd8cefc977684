import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { Assistants, type Assisting } from './assistants.js';
import { toldAdministrators, toldOwner } from './contact-notices.js';

/** A second administrator approves a proposed contact, or somebody rejects it. */
export class DecideProposal extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly proposalId: string,
    readonly decision: 'approve' | 'reject',
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(DecideProposal)
export class DecideProposalHandler implements ICommandHandler<DecideProposal> {
  constructor(
    private readonly assistants: Assistants,
    private readonly tenants: Tenants,
  ) {}

  /** @throws RuleViolation proposal-not-open, not-found, not-allowed */
  async execute({ accountId, proposalId, decision, who, caller }: DecideProposal): Promise<void> {
    const request = await this.assistants.request(who, accountId, `proposals/${proposalId}/${decision}`, caller);
    const { member } = request;
    const deciding = { member, proposalId, now: this.assistants.now() };
    if (decision === 'reject') {
      await this.assistants.execute(request, { type: 'RejectContact', data: deciding });
      return;
    }
    const { policy } = await this.tenants.byId(member.tenantId);
    const { coolingOffHours } = policy.limits;
    await this.assistants.execute(request, (state): AccountCommand => {
      const told = this.#told(request, state);
      const methodId = derivedId(request.context.commandId, 'method');
      return { type: 'ApproveContact', data: { ...deciding, methodId, coolingOffHours, ...told } };
    });
  }

  #told({ context: { commandId } }: Assisting, state: AccountState) {
    const { method = 'email', caseId = '' } = state.proposal ?? {};
    return {
      notices: toldOwner(state, 'methods-were-changed', commandId, { change: 'added', method }),
      alerts: toldAdministrators('contact-was-approved', commandId, { method, caseId }),
    };
  }
}
