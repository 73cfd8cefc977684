import { randomBytes } from 'node:crypto';
import { plans, type Plan } from '#libs/domain/tenant/plan';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { load } from '#libs/eventstore/execute';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { appUriOf, newAppSeed } from '../accounts/app-codes.js';
import { CreateAccount, CreateAccountHandler } from '../accounts/create-account.js';
import type { Infrastructure } from '../infrastructure.js';
import { derivedId } from '../steps.js';
import { CreateTenant, CreateTenantHandler } from '../tenants/create-tenant.js';
import { ReadModelDomains } from '../tenants/read-model-domains.js';

export interface FoundingRequest {
  readonly organisation: string;
  /** verified by whoever runs this installation */
  readonly domain: string;
  readonly plan: Plan;
  /** the first global administrator's user name, within the domain */
  readonly admin: string;
  /** where the administrator gets codes and notices: an address outside the domain */
  readonly adminEmail: string;
  readonly language: 'ja' | 'en';
}

export interface Founded {
  readonly tenantId: string;
  readonly accountId: string;
  /** Told once, kept nowhere. */
  readonly password: string;
  /** `otpauth:` address of the administrator's authenticator app; told once as well. */
  readonly appUri: string;
}

const actor = { kind: 'system', id: 'operator' } as const;

/** A tenant with its domain and its first administrator. @throws RuleViolation invalid-request, domain-taken */
export async function foundTenant(infrastructure: Infrastructure, request: FoundingRequest): Promise<Founded> {
  const { store, vault, directory, hasher, clock, readModels } = infrastructure;
  const { organisation, plan, admin, adminEmail, language } = request;
  const domain = request.domain.toLowerCase();
  refuseUnfit({ ...request, domain });
  const tenants = new CreateTenantHandler(store, clock);
  const tenant = { organisation, plan, trial: false, domains: [domain], policy: {} };
  const owner = await new ReadModelDomains(readModels).tenantOf(domain);
  // The same domain founds the same tenant: begun and broken off, the command is simply given again.
  const commandId = derivedId(foundingId, domain);
  const tenantId = derivedId(commandId, 'tenant');
  if (owner !== undefined && owner !== tenantId) throw new RuleViolation('domain-taken', { domain });
  if (await hasPassword(infrastructure, await directory.lookup(tenantId, admin))) {
    throw new RuleViolation('domain-taken', { domain });
  }
  if (owner === undefined) await tenants.execute(new CreateTenant(tenant, actor, commandId));
  const password = randomBytes(18).toString('base64url');
  const accounts = new CreateAccountHandler(store, vault, directory, hasher, clock);
  const accountId = await accounts.execute(
    new CreateAccount(
      {
        tenantId,
        username: admin,
        origin: 'cloud',
        language,
        roles: ['global-administrator'],
        groups: [],
        licensed: true,
        password,
        contacts: [
          { method: 'email', contact: adminEmail },
          { method: 'app-code', contact: newAppSeed() },
        ],
      },
      actor,
      derivedId(commandId, canonicalUsername(admin)),
    ),
  );
  // Begun and broken off before, the account keeps the seed it was given then.
  const appSeed = await appSeedOf(infrastructure, accountId);
  return { tenantId, accountId, password, appUri: appUriOf(appSeed, admin, organisation) };
}

/** Names every installation's foundings alike: a repeated one finds what the first did. */
const foundingId = '7b0c5d0e-91a1-4a6f-8f53-2d7e4a1c9e02';

async function hasPassword({ store }: Infrastructure, accountId: string | undefined): Promise<boolean> {
  return accountId !== undefined && (await load(store, account, accountId)).state.credential !== null;
}

async function appSeedOf({ store, vault }: Infrastructure, accountId: string): Promise<string> {
  const { state } = await load(store, account, accountId);
  const { contact } = state.methods.find(({ method }) => method === 'app-code')!;
  return (await vault.read(contact, 'account/contact'))!.toString();
}

function refuseUnfit({ organisation, domain, plan, admin, adminEmail }: FoundingRequest): void {
  const wrong = (field: string, why: string) => new RuleViolation('invalid-request', { field, why });
  if (organisation.trim() === '' || organisation.length > 100) throw wrong('organisation', 'has 1 to 100 characters');
  if (!/^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(domain)) {
    throw wrong('domain', 'is a domain name such as example.com');
  }
  if (!plans.includes(plan)) throw wrong('plan', `is one of ${plans.join(', ')}`);
  if (!admin.toLowerCase().endsWith(`@${domain}`)) throw wrong('admin', `is a user name of ${domain}`);
  if (!/^[^\s@]+@[^\s@]+$/.test(adminEmail) || adminEmail.toLowerCase().endsWith(`@${domain}`)) {
    throw wrong('admin-email', 'is an address outside the domain, reachable when its owner is locked out');
  }
}
