import { given } from '../testing.js';
import { planAllowsCalls, planCovers, plans } from './plan.js';
import { presets, type PolicyChanges } from './policy.js';
import { patched, type PolicyPatch } from './policy-patch.js';
import { tenant } from './tenant.js';
import type { TenantEvent } from './tenant.events.js';

const now = '2026-03-02T09:00:00.000Z';
const organisation = { tenantId: 'tenant-1', organisation: 'Contoso', plan: 'p1', trial: false } as const;

const creating = (policy: PolicyChanges = {}, more: { plan?: 'free' | 'p1'; trial?: boolean } = {}) =>
  ({
    type: 'CreateTenant',
    data: { ...organisation, ...more, domains: ['contoso.example'], policy, now },
  }) as const;
const created = (policy: PolicyChanges = {}): TenantEvent => ({
  type: 'TenantCreated',
  data: { ...organisation, policy: patched(presets[policy.preset ?? 'hardened'], policy), policyVersion: 1, at: now },
});
const changing = (changes: PolicyPatch, expectedVersion?: number) =>
  ({
    type: 'ChangePolicy',
    data: { changes, ...(expectedVersion !== undefined && { expectedVersion }), now },
  }) as const;

describe('CreateTenant', () => {
  it('creates with the hardened policy and the domains that are its own', () => {
    given(tenant)
      .when(creating())
      .then(created(), { type: 'DomainVerified', data: { tenantId: 'tenant-1', domain: 'contoso.example', at: now } });
    expect(given(tenant, created()).state).toMatchObject({ policyVersion: 1, policy: presets.hardened });
  });

  it('refuses a tenant that exists', () => given(tenant, created()).when(creating()).thenRefuses('tenant-exists'));

  it('leaves calls out where the plan has none', () => {
    for (const plan of [{ plan: 'free' as const }, { trial: true }]) {
      const [event] = given(tenant).when(creating({}, plan)).events();
      expect(event).toMatchObject({ data: { policy: { methods: ['email', 'sms', 'app-notification', 'app-code'] } } });
    }
  });
});

describe('ChangePolicy', () => {
  it('tells what was and what is, no more', () => {
    given(tenant, created())
      .when(changing({ enabledFor: 'all', gatesRequired: 1, unknownUsers: 'plain' }))
      .then({
        type: 'PolicyChanged',
        data: {
          tenantId: 'tenant-1',
          old: { enabledFor: 'none', unknownUsers: 'decoy' },
          new: { enabledFor: 'all', unknownUsers: 'plain' },
          policyVersion: 2,
          at: now,
        },
      });
  });

  it('merges objects and replaces lists', () => {
    const [event] = given(tenant, created({ passwords: { bannedWords: ['contoso'] } }))
      .when(changing({ passwords: { minimumLength: 20 }, methods: ['email'] }))
      .events();
    expect(event).toMatchObject({
      data: {
        new: { methods: ['email'], passwords: { minimumLength: 20, maximumLength: 256, bannedWords: ['contoso'] } },
      },
    });
  });

  it('takes another preset where the old one stood, and leaves what the tenant chose', () => {
    const chosen = { enabledFor: 'all', passwords: { bannedWords: ['contoso'], history: 5 } } as const;
    const [event] = given(tenant, created(chosen))
      .when(changing({ preset: 'entra', captcha: 'off' }))
      .events();
    expect(given(tenant, created(chosen), event!).state.policy).toEqual({
      ...presets.entra,
      ...chosen,
      captcha: 'off',
      passwords: { ...presets.entra.passwords, ...chosen.passwords },
    });
  });

  it('gives a field, or a whole group, back to its preset by null', () => {
    const chosen = {
      gatesRequired: 2,
      helpdesk: 'https://help.example',
      limits: { blockHours: 2, unlocksPerDay: 9 },
      passwords: { minimumLength: 20 },
    } as const;
    const [event] = given(tenant, created(chosen))
      .when(
        changing({ gatesRequired: null, helpdesk: null, limits: { blockHours: null }, passwords: null, preset: null }),
      )
      .events();
    expect(given(tenant, created(chosen), event!).state.policy).toEqual({
      ...presets.hardened,
      limits: { ...presets.hardened.limits, unlocksPerDay: 9 },
    });
  });

  it('stays quiet when nothing changes', () => {
    given(tenant, created())
      .when(changing({ gatesRequired: 1 }))
      .thenNothing();
    given(tenant, created()).when(changing({})).thenNothing();
  });

  it('refuses when somebody else changed it meanwhile', () => {
    given(tenant, created())
      .when(changing({ enabledFor: 'all' }, 1))
      .events();
    given(tenant, created())
      .when(changing({ enabledFor: 'all' }, 2))
      .thenRefuses('policy-version-mismatch', { policyVersion: 1 });
  });

  it('refuses an unknown tenant', () => given(tenant).when(changing({})).thenRefuses('tenant-unknown'));

  it.each<[string, PolicyChanges]>([
    ['methods', { methods: [] }],
    ['methods', { methods: ['app-notification'] }],
    ['methods', { methods: ['security-questions'] }],
    ['gatesRequired', { gatesRequired: 2, methods: ['sms', 'mobile-call'] }],
    ['methods', { gatesRequired: 2, methods: ['security-questions'] }],
    ['groups', { enabledFor: 'selected' }],
    ['limits.failuresPerFamily', { limits: { failuresPerFamily: 0 } }],
    ['limits.blockHours', { limits: { blockHours: 1.5 } }],
    ['limits.recoveryMinutes', { limits: { recoveryMinutes: -1 } }],
    ['passwords.minimumLength', { passwords: { minimumLength: 7 } }],
    ['passwords.minimumLength', { passwords: { minimumLength: 65 } }],
    ['passwords.maximumLength', { passwords: { maximumLength: 63 } }],
    ['passwords.maximumLength', { passwords: { maximumLength: 257 } }],
    ['passwords.bannedWords', { passwords: { bannedWords: ['abc'] } }],
    ['passwords.bannedWords', { passwords: { bannedWords: ['a'.repeat(33)] } }],
    ['passwords.bannedWords', { passwords: { bannedWords: Array.from({ length: 1_001 }, (_, i) => `word${i}`) } }],
  ])('refuses a policy that nobody could live with: %s of %j', (field, changes) => {
    given(tenant, created()).when(changing(changes)).thenRefuses('policy-invalid', { field });
    given(tenant).when(creating(changes)).thenRefuses('policy-invalid', { field });
  });

  it('refuses calls alone where the plan has none', () => {
    given(tenant)
      .when(creating({ methods: ['mobile-call'] }, { trial: true }))
      .thenRefuses('policy-invalid', { field: 'methods' });
    given(tenant)
      .when(creating({ methods: ['office-call', 'app-notification'] }, { plan: 'free' }))
      .thenRefuses('policy-invalid', { field: 'methods' });
  });

  it('takes questions alone only under preset entra, or as one of two', () => {
    expect(
      given(tenant, created())
        .when(changing({ preset: 'entra', methods: ['security-questions'] }))
        .events(),
    ).toHaveLength(1);
    expect(
      given(tenant, created())
        .when(changing({ gatesRequired: 2, methods: ['email', 'security-questions'] }))
        .events(),
    ).toHaveLength(1);
  });
});

describe('ChangePlan', () => {
  const buying = { type: 'ChangePlan', data: { plan: 'p2', trial: false, now } } as const;

  it('changes', () => {
    given(tenant, created())
      .when(buying)
      .then({ type: 'PlanChanged', data: { tenantId: 'tenant-1', plan: 'p2', trial: false, at: now } });
  });

  it('stays quiet when it is the plan already', () => {
    given(tenant, created())
      .when({ ...buying, data: { ...buying.data, plan: 'p1' } })
      .thenNothing();
  });

  it('refuses an unknown tenant', () => given(tenant).when(buying).thenRefuses('tenant-unknown'));
});

describe('plans', () => {
  it('cover what the price list says', () => {
    const covering = (origin: 'cloud' | 'hybrid', deed: 'change' | 'reset') =>
      plans.filter((plan) => planCovers(plan, origin, deed));
    expect(covering('cloud', 'change')).toEqual(['free', 'business-standard', 'business-premium', 'p1', 'p2']);
    expect(covering('cloud', 'reset')).toEqual(['business-standard', 'business-premium', 'p1', 'p2']);
    expect(covering('hybrid', 'change')).toEqual(['business-premium', 'p1', 'p2']);
    expect(covering('hybrid', 'reset')).toEqual(['business-premium', 'p1', 'p2']);
  });

  it('carry calls only where they are paid for', () => {
    expect(plans.filter((plan) => planAllowsCalls(plan, false))).toEqual(plans.filter((plan) => plan !== 'free'));
    expect(plans.filter((plan) => planAllowsCalls(plan, true))).toEqual([]);
  });
});

describe('presets', () => {
  it('are lawful as they stand', () => {
    for (const preset of ['hardened', 'entra'] as const) given(tenant).when(creating({ preset })).events();
  });
});
