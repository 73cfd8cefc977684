import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { VaultRef } from '#libs/domain/vault-ref';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Assistants } from './assistants.js';

/** Whoever failed too often may try again, at signing in as well. Why is kept in the vault, in the member's own words. */
export class LiftBlocksInCase extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly caseId: string,
    readonly reason: string | undefined,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(LiftBlocksInCase)
export class LiftBlocksInCaseHandler implements ICommandHandler<LiftBlocksInCase> {
  constructor(
    private readonly assistants: Assistants,
    private readonly vault: Vault,
  ) {}

  /** @throws RuleViolation caller-not-verified, case-not-open, not-found, not-allowed */
  async execute({ accountId, caseId, reason, who, caller }: LiftBlocksInCase): Promise<void> {
    const request = await this.assistants.request(who, accountId, `${caseId}/lift-blocks`, caller, caseId);
    await this.assistants.mayAssist(request);
    const told = reason === undefined ? {} : { reason: await this.#sealed(accountId, reason) };
    const data = { member: request.member, caseId, ...told, now: this.assistants.now() };
    await this.assistants.execute(request, { type: 'LiftBlocksInCase', data });
  }

  #sealed = (owner: string, value: string): Promise<VaultRef> =>
    this.vault.seal({ owner, place: 'access/reason', value });
}
