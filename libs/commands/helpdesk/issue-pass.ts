import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { passLifetimeMs } from '#libs/domain/account/access-pass';
import type { AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { plus } from '#libs/domain/time';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Assistants } from './assistants.js';
import type { SentAway } from './send-word.js';

/** Sends a temporary access pass to a contact of the account. Nobody but its owner ever sees it (F14). */
export class IssuePass extends Command<SentAway> {
  constructor(
    readonly accountId: string,
    readonly caseId: string,
    readonly methodId: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(IssuePass)
export class IssuePassHandler implements ICommandHandler<IssuePass> {
  constructor(
    private readonly assistants: Assistants,
    private readonly vault: Vault,
  ) {}

  /** @throws RuleViolation caller-not-verified, account-disabled, method-not-available, case-not-open, not-allowed, … */
  async execute({ accountId, caseId, methodId, who, caller }: IssuePass): Promise<SentAway> {
    const request = await this.assistants.request(who, accountId, `${caseId}/pass`, caller, caseId);
    const { keyId } = await this.vault.dayKey();
    const now = this.assistants.now();
    const expiresAt = plus(now, passLifetimeMs);
    const passId = derivedId(request.context.commandId, 'pass');
    const code = { keyId, digits: passDigits, purpose: 'temporary-access-pass', subjectId: passId };
    const { events } = await this.assistants.execute(request, (state: AccountState): AccountCommand => {
      const notice = { noticeId: passId, template: 'temporary-access-pass', code, expiresAt } as const;
      const issued = { passId, methodId, code, expiresAt, notice: this.assistants.carrying(state, methodId, notice) };
      return { type: 'IssuePass', data: { member: request.member, caseId, ...issued, now } };
    });
    const issued = events.find(({ type }) => type === 'AccessPassIssued');
    return { expiresAt: issued?.type === 'AccessPassIssued' ? issued.data.expiresAt : expiresAt };
  }
}

/** As long as a code can be: it opens without anything else. */
const passDigits = 10;
