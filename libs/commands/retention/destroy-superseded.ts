import { account } from '#libs/domain/account/account';
import { destroyable, hashesKept } from '#libs/domain/account/retention';
import type { Policy } from '#libs/domain/tenant/policy';
import { keptForMs } from '#libs/domain/tenant/retention';
import { hours, plus } from '#libs/domain/time';
import { execute, load } from '#libs/eventstore/execute';
import { supersededIn, type HeldData } from '#libs/readmodels/held-data';
import { accountsWithSuperseded } from '#libs/readmodels/superseded-data';
import { allTenants } from '#libs/readmodels/tenants';
import type { Infrastructure } from '../infrastructure.js';
import { derivedId } from '../steps.js';
import type { Tenants } from '../tenants/tenants.js';

type Parts = Pick<Infrastructure, 'store' | 'vault' | 'readModels' | 'clock'>;

interface Settings {
  /** tenants and accounts looked at in one run, which other timers wait for */
  readonly looksPerRun: number;
  /** milliseconds by the injected clock between the end of one round and the next */
  readonly restMs: number;
}

interface Round {
  readonly tenantId: string;
  /** accounts where nothing could go: they must not keep others from their turn */
  readonly stuck: readonly string[];
  /** those of the run before, whose rows may not have followed */
  readonly latest: readonly string[];
}

const beginning: Round = { tenantId: '', stuck: [], latest: [] };

/** Destroys what was superseded longer ago than the tenant's policy keeps it. To be run every minute; it rests by itself. */
export class DestroySuperseded {
  #nextRound = -Infinity;
  /** How far this round got; a run that left something takes up there. */
  #round = beginning;

  constructor(
    private readonly parts: Parts,
    private readonly tenants: Tenants,
    private readonly settings: Settings = { looksPerRun: 200, restMs: hours(1) },
  ) {}

  /** @returns how many values were destroyed. @throws AggregateError when some accounts have to wait for the next round */
  async run(): Promise<number> {
    const { readModels, clock } = this.parts;
    if (clock.now().getTime() < this.#nextRound) return 0;
    const tenantIds = (await allTenants(readModels)).map(({ tenant_id }) => tenant_id).sort();
    const failures: unknown[] = [];
    let destroyed = 0;
    let left = this.settings.looksPerRun;
    for (const tenantId of tenantIds.filter((id) => id >= this.#round.tenantId)) {
      if (left <= 0) break;
      const looked = await this.#look(tenantId, left, failures);
      destroyed += looked.destroyed;
      left -= 1 + looked.accounts;
    }
    if (left > 0) {
      this.#round = beginning;
      this.#nextRound = clock.now().getTime() + this.settings.restMs;
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} accounts keep superseded data`);
    return destroyed;
  }

  async #look(tenantId: string, limit: number, failures: unknown[]): Promise<{ accounts: number; destroyed: number }> {
    const { readModels, clock } = this.parts;
    const { policy, policyVersion } = await this.tenants.byId(tenantId);
    const { stuck, latest } = this.#round.tenantId === tenantId ? this.#round : beginning;
    const until = plus(clock.now().toISOString(), -keptForMs(policy));
    const wanted = { tenantId, until, hashesKept: hashesKept(policy), except: [...stuck, ...latest], limit };
    const found = await accountsWithSuperseded(readModels, wanted);
    const counts = new Map<string, number>();
    for (const row of found) {
      const count = await this.#destroy(row.account_id, row, policy, policyVersion).catch((error: unknown) => {
        failures.push(error);
        return 0;
      });
      counts.set(row.account_id, count);
    }
    const accountIds = [...counts.keys()];
    this.#round = {
      tenantId,
      stuck: [...stuck, ...accountIds.filter((accountId) => counts.get(accountId) === 0)],
      latest: accountIds,
    };
    return { accounts: found.length, destroyed: [...counts.values()].reduce((sum, count) => sum + count, 0) };
  }

  /**
   * First destroyed, then recorded: whatever the log calls destroyed is gone, in every backup as well that holds the record.
   * A crash in between leaves the row, so the next round destroys what is gone already and records it.
   */
  async #destroy(accountId: string, data: HeldData, rules: Policy, policyVersion: number): Promise<number> {
    const { store, vault, clock } = this.parts;
    const now = clock.now().toISOString();
    const { state } = await load(store, account, accountId);
    const values = destroyable(state, supersededIn(data, hashesKept(rules)), rules, now).slice(0, mostAtOnce);
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

/** Values that one event names; the rest is named by the next round's. */
const mostAtOnce = 500;
