import { newAppSeed } from '#libs/commands/accounts/app-codes';
import { CreateAccount, CreateAccountHandler } from '#libs/commands/accounts/create-account';
import { DisableAccount, DisableAccountHandler } from '#libs/commands/accounts/disable-account';
import type { Infrastructure } from '#libs/commands/infrastructure';
import { writeSheet } from '#libs/commands/questions/answer-sheet';
import { derivedId } from '#libs/commands/steps';
import { CreateTenant, CreateTenantHandler } from '#libs/commands/tenants/create-tenant';
import { predefinedNames } from '#libs/domain/questions/predefined-questions';
import { demoPassword, demoTenants, type DemoAccount } from './demo-tenants.js';

/** Ids follow from names, so seeding again finds everything done. */
const demoId = '0f6b1c1e-2a55-4a0b-9d57-6b0f5f7f3a01';
const actor = { kind: 'system', id: 'demo' } as const;

/** Brings the demo tenants and their people into an empty installation; repeated, it changes nothing. */
export async function seedDemo(infrastructure: Infrastructure): Promise<void> {
  const { store, clock } = infrastructure;
  const tenants = new CreateTenantHandler(store, clock);
  for (const { tenant, accounts } of demoTenants) {
    const commandId = derivedId(demoId, tenant.organisation);
    const tenantId = await tenants.execute(new CreateTenant(tenant, actor, commandId));
    await Promise.all(accounts.map((account) => seedAccount(infrastructure, tenantId, account)));
  }
}

async function seedAccount(
  { store, vault, directory, hasher, clock }: Infrastructure,
  tenantId: string,
  { disabled, app, answers = [], ...account }: DemoAccount,
): Promise<void> {
  const accounts = new CreateAccountHandler(store, vault, directory, hasher, clock);
  const commandId = derivedId(demoId, account.username);
  const sheet = answers.map((answer, n) => ({ questionId: predefinedNames[n]!, answer }));
  const contacts: DemoAccount['contacts'] = [
    ...account.contacts,
    ...(app ? [{ method: 'app-code' as const, contact: newAppSeed() }] : []),
    ...(sheet.length > 0
      ? [{ method: 'security-questions' as const, contact: await writeSheet(sheet, [], hasher) }]
      : []),
  ];
  // A hybrid user's password lies in the directory alone.
  const own = account.origin === 'hybrid' ? {} : { password: demoPassword };
  const wish = { ...account, contacts, tenantId, ...own };
  const accountId = await accounts.execute(new CreateAccount(wish, actor, commandId));
  if (!disabled) return;
  const disabling = new DisableAccountHandler(store, clock);
  await disabling.execute(new DisableAccount(accountId, actor, derivedId(commandId, 'disable')));
}
