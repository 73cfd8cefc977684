import { account } from '#libs/domain/account/account';
import { destroyable, hashesKept } from '#libs/domain/account/retention';
import { keptForMs } from '#libs/domain/tenant/retention';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { hours, plus } from '#libs/domain/time';
import { execute, load } from '#libs/eventstore/execute';
import type { HeldData } from '#libs/readmodels/held-data';
import { supersededIn } from '#libs/readmodels/held-data';
import { accountsWithSuperseded } from '#libs/readmodels/superseded-data';
import { allTenants } from '#libs/readmodels/tenants';
import type { Infrastructure } from '../infrastructure.js';
import { derivedId } from '../steps.js';
import type { Tenants } from '../tenants/tenants.js';

type Parts = Pick<Infrastructure, 'store' | 'vault' | 'readModels' | 'clock'>;

interface Settings {
  /** accounts looked at in one run, which other timers wait for */
  readonly accountsPerRun: number;
  /** milliseconds by the injected clock between the end of one round and the next */
  readonly restMs: number;
}

/** Destroys what was superseded longer ago than the tenant's policy keeps it. To be run every minute; it rests by itself. */
export class DestroySuperseded {
  #nextRound = -Infinity;
  /** How far this round got; a run that left something takes up there. */
  #reached = { tenantId: '', accountId: '' };

  constructor(
    private readonly parts: Parts,
    private readonly tenants: Tenants,
    private readonly settings: Settings = { accountsPerRun: 200, restMs: hours(1) },
  ) {}

  /** @returns how many values were destroyed. @throws AggregateError when some accounts have to wait for the next round */
  async run(): Promise<number> {
    const { readModels, clock } = this.parts;
    if (clock.now().getTime() < this.#nextRound) return 0;
    const begun = this.#reached;
    const tenantIds = (await allTenants(readModels)).map(({ tenant_id }) => tenant_id).sort();
    const failures: unknown[] = [];
    let destroyed = 0;
    let left = this.settings.accountsPerRun;
    for (const tenantId of tenantIds.filter((id) => id >= begun.tenantId)) {
      const owner = await this.tenants.byId(tenantId);
      const now = clock.now().toISOString();
      const found = await accountsWithSuperseded(readModels, {
        tenantId,
        until: plus(now, -keptForMs(owner.policy)),
        hashesKept: hashesKept(owner.policy),
        after: tenantId === begun.tenantId ? begun.accountId : '',
        limit: left,
      });
      for (const row of found) {
        destroyed += await this.#destroy(row.account_id, row, owner).catch((error: unknown) => {
          failures.push(error);
          return 0;
        });
      }
      left -= found.length;
      this.#reached = { tenantId, accountId: found.at(-1)?.account_id ?? '' };
      if (left === 0) break;
    }
    if (left > 0) {
      this.#reached = { tenantId: '', accountId: '' };
      this.#nextRound = clock.now().getTime() + this.settings.restMs;
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} accounts keep superseded data`);
    return destroyed;
  }

  /**
   * First destroyed, then recorded: whatever the log calls destroyed is gone, in every backup as well that holds the record.
   * A crash in between leaves the row, so the next round destroys what is gone already and records it.
   */
  async #destroy(accountId: string, data: HeldData, { policy: rules, policyVersion }: TenantState): Promise<number> {
    const { store, vault, clock } = this.parts;
    const now = clock.now().toISOString();
    const { state } = await load(store, account, accountId);
    const values = destroyable(state, supersededIn(data, hashesKept(rules)), rules, now);
    if (values.length === 0) return 0;
    const refs = values.map(({ ref }) => ref);
    await vault.destroy(refs);
    // The same values are recorded once, however long the row that names them takes to follow.
    const commandId = derivedId(accountId, 'destroy-superseded', ...refs.toSorted());
    const actor = { kind: 'system', id: 'retention' } as const;
    const context = { commandId, correlationId: commandId, actor, policyVersion };
    await execute(store, account, accountId, { type: 'RecordDestruction', data: { values, rules, now } }, context);
    return values.length;
  }
}
