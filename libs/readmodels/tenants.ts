import { sql } from 'kysely';
import type { Plan } from '#libs/domain/tenant/plan';
import type { Instant } from '#libs/domain/time';
import { projection, put, update } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** Which tenant is this, and whose domain is that? The policy itself is the stream's to tell. */
export interface TenantRow {
  readonly tenant_id: string;
  readonly organisation: string;
  readonly plan: Plan;
  readonly trial: boolean;
  /** lower case, in the order of their verification */
  readonly domains: readonly string[];
  readonly policy_version: number;
  readonly created_at: Instant;
}

export const tenants = projection<TenantRow, 'tenant'>({
  question: 'tenants',
  version: 1,
  key: 'tenant_id',
  columns: {
    tenant_id: 'text not null',
    organisation: 'text not null',
    plan: 'text not null',
    trial: 'boolean not null',
    domains: 'text[] not null',
    policy_version: 'integer not null',
    created_at: 'timestamptz not null',
  },
  indexes: ['USING gin (domains)'],
  on: {
    TenantCreated: ({ data }) =>
      put({
        tenant_id: data.tenantId,
        organisation: data.organisation,
        plan: data.plan,
        trial: data.trial,
        domains: [],
        policy_version: data.policyVersion,
        created_at: data.at,
      }),
    DomainVerified: ({ data }) =>
      update(data.tenantId, (row) => ({
        ...row,
        domains: [...row.domains.filter((domain) => domain !== canonical(data.domain)), canonical(data.domain)],
      })),
    PolicyChanged: ({ data }) => update(data.tenantId, (row) => ({ ...row, policy_version: data.policyVersion })),
    PlanChanged: ({ data }) => update(data.tenantId, (row) => ({ ...row, plan: data.plan, trial: data.trial })),
    GroupCreated: 'ignored',
    GroupRenamed: 'ignored',
    GroupNested: 'ignored',
    GroupUnnested: 'ignored',
    GroupDeleted: 'ignored',
    AdministratorDismissed: 'ignored',
    AdministratorAppointed: 'ignored',
  },
});

export const tenantById = (db: ReadModels, tenantId: string): Promise<TenantRow | undefined> =>
  rowsOf(db, tenants).where('tenant_id', '=', tenantId).executeTakeFirst();

/** @param domain as typed after the @; the tenant that verified it first answers */
export const tenantByDomain = (db: ReadModels, domain: string): Promise<TenantRow | undefined> =>
  rowsOf(db, tenants)
    .where('domains', '@>', sql<readonly string[]>`ARRAY[${canonical(domain)}]::text[]`)
    .orderBy('created_at')
    .orderBy('tenant_id')
    .limit(1)
    .executeTakeFirst();

export const allTenants = (db: ReadModels): Promise<TenantRow[]> =>
  rowsOf(db, tenants).orderBy('organisation').orderBy('tenant_id').execute();

const canonical = (domain: string): string => domain.normalize('NFKC').toLowerCase();
