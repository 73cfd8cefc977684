import fc from 'fast-check';
import { given } from '../testing.js';
import { enabledGroups } from './groups.js';
import { presets } from './policy.js';
import { tenant } from './tenant.js';
import type { TenantEvent } from './tenant.events.js';

const now = '2026-03-02T09:00:00.000Z';
const tenantId = 't';
const named = (...groups: string[]): TenantEvent => ({
  type: 'TenantCreated',
  data: {
    tenantId,
    organisation: 'Contoso',
    plan: 'p1',
    trial: false,
    policy: { ...presets.hardened, enabledFor: groups.length > 0 ? 'selected' : 'none', groups },
    policyVersion: 1,
    at: now,
  },
});
const made = (groupId: string, name = groupId): TenantEvent => ({
  type: 'GroupCreated',
  data: { tenantId, groupId, name, at: now },
});
const nested = (groupId: string, within: string): TenantEvent => ({
  type: 'GroupNested',
  data: { tenantId, groupId, within, at: now },
});
const deleted = (groupId: string): TenantEvent => ({ type: 'GroupDeleted', data: { tenantId, groupId, at: now } });

const creating = (name: string) => ({ type: 'CreateGroup', data: { name, now } }) as const;
const nesting = (groupId: string, within: string) => ({ type: 'NestGroup', data: { groupId, within, now } }) as const;

describe('groups', () => {
  it('are five thousand at most', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => made(`g${n}`));
    given(tenant, named(), ...many).when(creating('One more')).thenRefuses('too-many-groups');
    given(tenant, named(), ...many, deleted('g7'))
      .when(creating('One more'))
      .then(made('one-more', 'One more'));
  });

  it('are made under an id that reads like their name', () => {
    given(tenant, named()).when(creating('Sales EMEA')).then(made('sales-emea', 'Sales EMEA'));
    given(tenant, named()).when(creating('営業部')).then(made('group', '営業部'));
    given(tenant, named()).when(creating('ＩＴ ')).then(made('it', 'ＩＴ'));
  });

  it('never get an id that was given before: whoever was in the old one is not in the new one', () => {
    given(tenant, named(), made('sales', 'Sales'), deleted('sales'))
      .when(creating('Sales'))
      .then(made('sales-2', 'Sales'));
    given(tenant, named(), made('group', '営業部')).when(creating('経理部')).then(made('group-2', '経理部'));
  });

  it('have one name each, however it is written', () => {
    given(tenant, named(), made('sales', 'Sales')).when(creating('ＳＡＬＥＳ')).thenRefuses('group-name-taken');
    given(tenant, named(), made('sales', 'Sales'))
      .when({ type: 'RenameGroup', data: { groupId: 'sales', name: 'SALES', now } })
      .then({ type: 'GroupRenamed', data: { tenantId, groupId: 'sales', name: 'SALES', at: now } });
    for (const name of ['', '   ', 'a\nb', 'x'.repeat(101)]) {
      given(tenant, named()).when(creating(name)).thenRefuses('invalid-request', { field: 'name' });
    }
  });

  it('exist once the policy names them, and can be renamed and nested then', () => {
    const { state } = given(tenant, named('sspr-users'));
    expect(state.groups).toEqual({ 'sspr-users': { name: 'sspr-users', within: [] } });
    given(tenant, named('sspr-users'), made('sales'))
      .when(nesting('sales', 'sspr-users'))
      .then(nested('sales', 'sspr-users'));
  });

  it('lie within others, but never within themselves', () => {
    const chain = [named(), made('a'), made('b'), made('c'), nested('a', 'b'), nested('b', 'c')];
    given(tenant, ...chain)
      .when(nesting('a', 'c'))
      .then(nested('a', 'c'));
    given(tenant, ...chain)
      .when(nesting('a', 'b'))
      .thenNothing();
    given(tenant, ...chain)
      .when(nesting('c', 'a'))
      .thenRefuses('group-cycle');
    given(tenant, ...chain)
      .when(nesting('a', 'a'))
      .thenRefuses('group-cycle');
    given(tenant, ...chain)
      .when(nesting('a', 'nowhere'))
      .thenRefuses('group-unknown');
    given(tenant, ...chain)
      .when({ type: 'UnnestGroup', data: { groupId: 'a', within: 'b', now } })
      .then({ type: 'GroupUnnested', data: { tenantId, groupId: 'a', within: 'b', at: now } });
    given(tenant, ...chain)
      .when({ type: 'UnnestGroup', data: { groupId: 'a', within: 'c', now } })
      .thenNothing();
  });

  it('are deleted by their name, unless the policy names them', () => {
    const deleting = (groupId: string, confirm?: string) =>
      ({ type: 'DeleteGroup', data: { groupId, confirm, now } }) as const;
    const past = [named('sspr-users'), made('sales', 'Sales'), made('emea'), nested('emea', 'sales')];
    given(tenant, ...past)
      .when(deleting('sales'))
      .thenRefuses('confirmation-required', { name: 'Sales' });
    given(tenant, ...past)
      .when(deleting('sales', 'sales'))
      .thenRefuses('confirmation-required');
    given(tenant, ...past)
      .when(deleting('sspr-users', 'sspr-users'))
      .thenRefuses('group-in-use');
    given(tenant, ...past)
      .when(deleting('nowhere', 'x'))
      .thenRefuses('group-unknown');
    given(tenant, ...past)
      .when(deleting('sales', 'Sales'))
      .then(deleted('sales'));
    expect(given(tenant, ...past, deleted('sales')).state.groups.emea).toEqual({ name: 'emea', within: [] });
  });
});

describe('the groups that may reset', () => {
  it('are those named, and whatever lies within them at any depth', () => {
    const past = [
      named('sspr-users'),
      ...['sales', 'emea', 'spain', 'other'].map((id) => made(id)),
      nested('sales', 'sspr-users'),
      nested('emea', 'sales'),
      nested('spain', 'emea'),
      nested('spain', 'other'),
    ];
    expect([...enabledGroups(given(tenant, ...past).state)].sort()).toEqual(['emea', 'sales', 'spain', 'sspr-users']);
    expect([...enabledGroups(given(tenant, ...past, deleted('emea')).state)].sort()).toEqual(['sales', 'sspr-users']);
  });

  it('can always be told: no series of lawful wishes makes a cycle', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const wish = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids));
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
        let state = [named(), ...ids.map((id) => made(id))].reduce(tenant.evolve, tenant.initial);
        for (const [inner, outer] of wishes) {
          try {
            state = tenant.decide(nesting(inner, outer), state).reduce(tenant.evolve, state);
          } catch {
            continue;
          }
        }
        const reaches = (from: string, seen: string[] = []): boolean =>
          seen.includes(from) || state.groups[from]!.within.some((outer) => reaches(outer, [...seen, from]));
        expect(ids.filter((id) => reaches(id))).toEqual([]);
      }),
    );
  });
});

describe('the office of global administrator', () => {
  const dismissing = (accountId: string, ...others: string[]) =>
    ({ type: 'DismissAdministrator', data: { accountId, others, now } }) as const;
  const dismissed = (accountId: string): TenantEvent => ({
    type: 'AdministratorDismissed',
    data: { tenantId, accountId, at: now },
  });
  const appointed = (accountId: string): TenantEvent => ({
    type: 'AdministratorAppointed',
    data: { tenantId, accountId, at: now },
  });
  const appointing = { type: 'AppointAdministrator', data: { accountId: 'anna', now } } as const;

  it('is left while somebody else holds it', () => {
    given(tenant, named()).when(dismissing('anna', 'ben')).then(dismissed('anna'));
    given(tenant, named()).when(dismissing('anna')).thenRefuses('last-administrator');
    given(tenant, named()).when(dismissing('anna', 'anna')).thenRefuses('last-administrator');
  });

  it('is never left by two who dismiss each other at once', () => {
    given(tenant, named(), dismissed('anna')).when(dismissing('ben', 'anna')).thenRefuses('last-administrator');
    given(tenant, named(), dismissed('anna'), appointed('anna')).when(dismissing('ben', 'anna')).then(dismissed('ben'));
  });

  it('is taken again, once', () => {
    given(tenant, named(), dismissed('anna')).when(appointing).then(appointed('anna'));
    given(tenant, named()).when(appointing).thenNothing();
    given(tenant, named(), dismissed('anna')).when(dismissing('anna')).thenNothing();
  });
});
