import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import { tenant } from '#libs/domain/tenant/tenant';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import type { ReadModels } from '#libs/readmodels/rows';
import { holdersOf } from '#libs/readmodels/users';
import { Clock } from '#libs/runtime/clock';
import { FromReadModels } from '../read-models.js';
import { step } from '../steps.js';
import { Tenants } from './tenants.js';

/** A tenant always has a global administrator: leaving the office is asked of its stream before the account's. */
@Injectable()
export class Offices {
  constructor(
    private readonly store: EventStore,
    @FromReadModels() private readonly db: ReadModels,
    private readonly tenants: Tenants,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation last-administrator */
  async dismiss(tenantId: string, accountId: string, context: CommandContext): Promise<void> {
    const others = await this.#others(tenantId, accountId);
    const data = { accountId, others, now: this.clock.now().toISOString() };
    await execute(this.store, tenant, tenantId, { type: 'DismissAdministrator', data }, step(context, 'dismiss'));
  }

  async appoint(tenantId: string, accountId: string, context: CommandContext): Promise<void> {
    const { dismissed } = await this.tenants.fresh(tenantId);
    if (!dismissed.includes(accountId)) return;
    const data = { accountId, now: this.clock.now().toISOString() };
    await execute(this.store, tenant, tenantId, { type: 'AppointAdministrator', data }, step(context, 'appoint'));
  }

  /** Found in a read model, which may be behind; believed only of their own streams. */
  async #others(tenantId: string, accountId: string): Promise<string[]> {
    const holders = await holdersOf(this.db, tenantId, 'global-administrator');
    const found = await Promise.all(
      holders
        .filter(({ account_id: id }) => id !== accountId)
        .map(async ({ account_id: id }) => (await load(this.store, account, id)).state),
    );
    return found.flatMap(({ accountId: id, roles, disabled }) =>
      id !== null && !disabled && roles.includes('global-administrator') ? [id] : [],
    );
  }
}
