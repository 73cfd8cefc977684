import { presets } from '#libs/domain/tenant/policy';
import type { LoggedEvent } from './projected-event.js';
import { tenants } from './tenants.js';
import { logged, rowsFrom } from './testing.js';

const at = '2026-01-01T10:00:00.000Z';
const tenantId = 't';
const created = logged('tenant-t', 'TenantCreated', {
  tenantId,
  organisation: 'Contoso',
  plan: 'p1',
  trial: true,
  policy: presets.hardened,
  policyVersion: 1,
  at,
});

const row = (...events: LoggedEvent[]) => rowsFrom(tenants, created, ...events)[0];

describe('tenants', () => {
  it('begins without a domain', () => {
    expect(row()).toEqual({
      tenant_id: 't',
      organisation: 'Contoso',
      plan: 'p1',
      trial: true,
      domains: [],
      policy_version: 1,
      created_at: at,
    });
  });

  it('keeps each verified domain once, in lower case', () => {
    const verified = (domain: string) => logged('tenant-t', 'DomainVerified', { tenantId, domain });
    const domains = row(verified('Contoso.Example'), verified('b.example'), verified('contoso.example'))?.domains;
    expect(domains).toEqual(['b.example', 'contoso.example']);
  });

  it('follows policy and plan', () => {
    const policy = logged('tenant-t', 'PolicyChanged', { tenantId, policyVersion: 2 });
    const plan = logged('tenant-t', 'PlanChanged', { tenantId, plan: 'free', trial: false });
    expect(row(policy, plan)).toMatchObject({ policy_version: 2, plan: 'free', trial: false });
  });
});
