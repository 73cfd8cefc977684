import { appCodeAt } from '#libs/commands/accounts/app-codes';
import type { Infrastructure } from '#libs/commands/infrastructure';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { account } from '#libs/domain/account/account';
import { load } from '#libs/eventstore/execute';
import { canonicalUsername } from '#libs/vault/canonical-username';

/** What the authenticator app of a demo user shows now: the simulated world looks over their shoulder. */
export async function appCodeOf(infrastructure: Infrastructure, username: string): Promise<string | undefined> {
  const { store, vault, directory, readModels, clock } = infrastructure;
  const name = canonicalUsername(username);
  const tenantId = await new ReadModelDomains(readModels).tenantOf(name.slice(name.lastIndexOf('@') + 1));
  const accountId = tenantId && (await directory.lookup(tenantId, name));
  if (!accountId) return undefined;
  const { methods } = (await load(store, account, accountId)).state;
  const app = methods.find(({ method }) => method === 'app-code');
  const seed = app && (await vault.read(app.contact, 'account/contact'));
  return seed && appCodeAt(seed.toString(), clock.now());
}
