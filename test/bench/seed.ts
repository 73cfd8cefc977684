import { CreateAccount, CreateAccountHandler } from '#libs/commands/accounts/create-account';
import { openInfrastructure } from '#libs/commands/infrastructure';
import { CreateTenant, CreateTenantHandler } from '#libs/commands/tenants/create-tenant';
import { systemClock } from '#libs/runtime/clock';
import type { MasterKey } from '#libs/vault/master-key';

const actor = { kind: 'system', id: 'bench' } as const;

/** A tenant without CAPTCHA, one gate, defaults otherwise, and its people. */
export async function seedBench(
  databaseUrl: string,
  eventStoreUrl: string,
  masterKey: MasterKey,
  people: number,
): Promise<void> {
  const infrastructure = await openInfrastructure({ databaseUrl, eventStoreUrl, masterKey, clock: systemClock });
  const { store, vault, directory, hasher, clock } = infrastructure;
  const policy = { enabledFor: 'all', captcha: 'off', gatesRequired: 1 } as const;
  const tenant = { organisation: 'Bench', plan: 'p1', trial: false, domains: ['bench.example'], policy } as const;
  const tenantId = await new CreateTenantHandler(store, clock).execute(new CreateTenant(tenant, actor));
  const accounts = new CreateAccountHandler(store, vault, directory, hasher, clock);
  for (let from = 0; from < people; from += 20) {
    await Promise.all(
      Array.from({ length: Math.min(20, people - from) }, (_, n) =>
        accounts.execute(
          new CreateAccount(
            {
              tenantId,
              username: `person.${from + n}@bench.example`,
              origin: 'cloud',
              language: 'en',
              roles: [],
              groups: [],
              licensed: true,
              password: 'Correct-Horse-1!',
              contacts: [{ method: 'email', contact: `person.${from + n}@home.example` }],
            },
            actor,
          ),
        ),
      ),
    );
  }
  await infrastructure.close();
}
