import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { wordLifetimeMs } from '#libs/domain/account/assistance';
import { plus, type Instant } from '#libs/domain/time';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Assistants } from './assistants.js';

export interface SentAway {
  expiresAt: Instant;
}

/** Sends two words to a contact of the account, for the caller to read out. The member never sees them. */
export class SendWord extends Command<SentAway> {
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

@CommandHandler(SendWord)
export class SendWordHandler implements ICommandHandler<SendWord> {
  constructor(
    private readonly assistants: Assistants,
    private readonly vault: Vault,
  ) {}

  /** @throws RuleViolation not-found, not-allowed, case-not-open, method-not-available, cool-down */
  async execute({ accountId, caseId, methodId, who, caller }: SendWord): Promise<SentAway> {
    const request = await this.assistants.request(who, accountId, `${caseId}/word`, caller, caseId);
    const { keyId } = await this.vault.dayKey();
    const now = this.assistants.now();
    const expiresAt = plus(now, wordLifetimeMs);
    const wordId = derivedId(request.context.commandId, 'word');
    const { events } = await this.assistants.execute(request, (state: AccountState): AccountCommand => {
      const code = { keyId, digits: 0, words: state.language, purpose: 'verification-word', subjectId: wordId };
      const notice = { noticeId: wordId, template: 'verification-word', code, expiresAt } as const;
      const sent = { wordId, methodId, code, expiresAt, notice: this.assistants.carrying(state, methodId, notice) };
      return { type: 'SendWord', data: { member: request.member, caseId, ...sent, now } };
    });
    const sent = events.find(({ type }) => type === 'VerificationWordSent');
    return { expiresAt: sent?.type === 'VerificationWordSent' ? sent.data.expiresAt : expiresAt };
  }
}
