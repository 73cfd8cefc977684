import { randomBytes } from 'node:crypto';
import { account } from '#libs/domain/account/account';
import { familyOf } from '#libs/domain/methods';
import { presets } from '#libs/domain/tenant/policy';
import { tenant, type TenantState } from '#libs/domain/tenant/tenant';
import { decoyAccount } from './decoys.js';

const organisation = (changes: Partial<TenantState>): TenantState => ({
  ...tenant.initial,
  tenantId: 'tenant-1',
  plan: 'p1',
  policy: { ...presets.hardened, gatesRequired: 2 },
  ...changes,
});
const shownTo = (some: TenantState): ReadonlySet<string> =>
  new Set(
    Array.from({ length: 200 }, () =>
      decoyAccount(randomBytes(32).toString('base64url'), some, account.initial).methods.map(({ method }) => method),
    ).flat(),
  );

const familiesOf = (some: TenantState): number =>
  new Set(
    decoyAccount(randomBytes(32).toString('base64url'), some, account.initial).methods.map(({ method }) =>
      familyOf(method),
    ),
  ).size;

describe('R1: the methods of a name nobody has', () => {
  it('are those that people have', () => {
    expect([...shownTo(organisation({}))].sort()).toEqual([
      'app-code',
      'app-notification',
      'email',
      'mobile-call',
      'office-call',
      'sms',
    ]);
  });

  it('are as many as anybody may have, rarely', () => {
    const counts = Array.from({ length: 2_000 }, () => familiesOf(organisation({ policy: presets.hardened })));
    for (const families of [1, 2, 3]) expect(counts).toContain(families);
    expect(counts.filter((families) => families > 2).length / counts.length).toBeLessThan(0.2);
  });

  it('are no calls where the plan has none: nobody is offered any', () => {
    for (const without of [organisation({ plan: 'free' }), organisation({ trial: true })]) {
      expect(shownTo(without).has('sms')).toBe(true);
      expect(shownTo(without).has('mobile-call')).toBe(false);
      expect(shownTo(without).has('office-call')).toBe(false);
    }
  });
});
