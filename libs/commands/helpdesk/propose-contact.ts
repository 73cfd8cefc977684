import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccountCommand } from '#libs/domain/account/account';
import { proposalLifetimeMs } from '#libs/domain/account/proposals';
import { plus, type Instant } from '#libs/domain/time';
import { RuleViolation } from '#libs/domain/decider';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { fitContact } from '../methods/contact-rules.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Served } from '../served.js';
import { Tenants } from '../tenants/tenants.js';
import { Assistants } from './assistants.js';
import { toldAdministrators, toldOwner } from './contact-notices.js';

export interface ProposedContact {
  proposalId: string;
  expiresAt: Instant;
}

/** An administrator vouches for a new contact of somebody who cannot reach theirs. Another one has to approve. */
export class ProposeContact extends Command<ProposedContact> {
  constructor(
    readonly accountId: string,
    readonly caseId: string,
    readonly wish: { method: 'email' | 'sms'; contact: string },
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ProposeContact)
export class ProposeContactHandler implements ICommandHandler<ProposeContact> {
  constructor(
    private readonly assistants: Assistants,
    private readonly tenants: Tenants,
    private readonly served: Served,
    private readonly vault: Vault,
  ) {}

  /** @throws RuleViolation contact-unfit, method-not-available, proposal-open, case-not-open, not-found, not-allowed */
  async execute({ accountId, caseId, wish, who, caller }: ProposeContact): Promise<ProposedContact> {
    const request = await this.assistants.request(who, accountId, `${caseId}/contacts`, caller, caseId);
    const { member, context } = request;
    const { method } = wish;
    // To somebody who could never be reached by it, it would be no help.
    if (!this.served.carries(method)) throw new RuleViolation('method-not-available');
    const value = fitContact(method, wish.contact, await this.tenants.byId(member.tenantId));
    await this.assistants.mayAssist(request);
    const contact = await this.vault.seal({ owner: accountId, place: 'account/contact', value });
    const proposalId = derivedId(context.commandId, 'proposal');
    const now = this.assistants.now();
    const facts = { method, caseId };
    const { events } = await this.assistants.execute(request, (state): AccountCommand => {
      const notices = toldOwner(state, 'contact-was-proposed', context.commandId, facts);
      const alerts = toldAdministrators('contact-needs-approval', context.commandId, facts);
      return {
        type: 'ProposeContact',
        data: { member, caseId, proposalId, method, contact, notices, alerts, now },
      };
    });
    const proposed = events.find(({ type }) => type === 'ContactProposed');
    const expiresAt = proposed?.type === 'ContactProposed' ? proposed.data.expiresAt : plus(now, proposalLifetimeMs);
    return { proposalId, expiresAt };
  }
}
