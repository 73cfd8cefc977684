import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Administered } from '#libs/domain/account/administration';
import { RuleViolation } from '#libs/domain/decider';
import { known } from '#libs/domain/tenant/groups';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Offices } from '../tenants/offices.js';
import { Tenants } from '../tenants/tenants.js';
import { viewOf, type UserView } from './user-view.js';

/** An administrator changes what somebody is in the tenant. */
export class AdministerAccount extends Command<UserView> {
  constructor(
    readonly accountId: string,
    readonly changes: Administered,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(AdministerAccount)
export class AdministerAccountHandler implements ICommandHandler<AdministerAccount> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly tenants: Tenants,
    private readonly offices: Offices,
    private readonly contexts: Contexts,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation not-found, group-unknown, own-roles, last-administrator, superseded, idempotency-key-reused */
  async execute({ accountId, changes, who, caller }: AdministerAccount): Promise<UserView> {
    const { tenantId } = who.account;
    const { state } = await load(this.store, account, accountId);
    if (state.accountId === null || state.tenantId !== tenantId) throw new RuleViolation('not-found');
    if (changes.groups) await this.#refuseUnknown(changes.groups, tenantId);
    if (accountId === who.accountId) refuseRaise(changes, state);
    const context = await this.contexts.ofAdministrator(who, `tenant/users/${accountId}`, caller);
    const [before, after] = [isGlobal(state), isGlobal({ ...state, ...changes })];
    if (before && !after) await this.offices.dismiss(tenantId, accountId, context);
    const administered = await this.#administer(accountId, changes, before, context);
    if (after) await this.offices.appoint(tenantId, accountId, context);
    return viewOf(this.vault, administered);
  }

  async #administer(
    accountId: string,
    changes: Administered,
    wasGlobal: boolean,
    context: CommandContext,
  ): Promise<AccountState> {
    const now = this.clock.now().toISOString();
    const command = (state: AccountState): AccountCommand => {
      // Somebody else changed the same roles meanwhile: the office was asked about for another state.
      if (isGlobal(state) !== wasGlobal) throw new RuleViolation('superseded');
      return { type: 'AdministerAccount', data: { ...changes, now } };
    };
    return (await execute(this.store, account, accountId, command, context)).state;
  }

  async #refuseUnknown(groups: readonly string[], tenantId: string): Promise<void> {
    const tenant = await this.tenants.fresh(tenantId);
    for (const group of groups) known(group, tenant);
  }
}

const isGlobal = ({ roles, disabled }: Pick<AccountState, 'roles' | 'disabled'>): boolean =>
  roles.includes('global-administrator') && !disabled;

/** Nobody gives themselves more than they have. */
function refuseRaise({ roles }: Administered, state: AccountState): void {
  if (roles?.some((role) => !state.roles.includes(role))) throw new RuleViolation('own-roles');
}
