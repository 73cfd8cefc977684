import { account, type AccountCommand } from '#libs/domain/account/account';
import { noticesTo } from '#libs/domain/account/notices';
import { hours, plus } from '#libs/domain/time';
import { execute } from '#libs/eventstore/execute';
import { allTenants } from '#libs/readmodels/tenants';
import { passwordsSetBetween } from '#libs/readmodels/users';
import type { Infrastructure } from '../infrastructure.js';
import { derivedId } from '../steps.js';
import type { Tenants } from '../tenants/tenants.js';

/**
 * Tells everybody whose password ends soon, once for each password. When that is depends on the policy of the day, which no
 * row about an account can know: so it is looked up, by the clock, among those whose password is old enough.
 * @returns how many were looked at
 */
export async function warnOfExpiry(
  { store, readModels, clock }: Pick<Infrastructure, 'store' | 'readModels' | 'clock'>,
  tenants: Tenants,
): Promise<number> {
  let looked = 0;
  for (const { tenant_id: tenantId } of await allTenants(readModels)) {
    const { policy } = await tenants.byId(tenantId);
    const { expiryDays, warnDays } = policy.passwords;
    if (expiryDays === 0) continue;
    const now = clock.now().toISOString();
    const [from, to] = [plus(now, -hours(24 * expiryDays)), plus(now, -hours(24 * (expiryDays - warnDays)))];
    for (let after = ''; ;) {
      const ids = await passwordsSetBetween(readModels, { tenantId, from, to, after, limit: page });
      for (const accountId of ids) {
        const commandId = derivedId(accountId, 'warn-of-expiry', now);
        const context = { commandId, correlationId: commandId, actor: { kind: 'system', id: 'timer' } as const };
        await execute(
          store,
          account,
          accountId,
          (owner): AccountCommand => ({
            type: 'WarnOfExpiry',
            data: {
              rules: policy.passwords,
              notices: noticesTo(owner, 'password-expires-soon', (id) => derivedId(commandId, 'notice', id)),
              now,
            },
          }),
          context,
        );
      }
      looked += ids.length;
      if (ids.length < page) break;
      after = ids.at(-1)!;
    }
  }
  return looked;
}

const page = 500;
