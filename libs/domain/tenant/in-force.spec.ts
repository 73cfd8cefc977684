import { inForce } from './in-force.js';
import { plans } from './plan.js';
import { presets } from './policy.js';

const tenant = (plan: (typeof plans)[number], trial = false) => ({
  ...{ plan, trial, tenantId: 'tenant-1' },
  policy: { ...presets.hardened, writeback: true },
});
const calling = (...of: Parameters<typeof tenant>) =>
  inForce(tenant(...of)).policy.methods.some((method) => method.endsWith('-call'));

describe('a policy in force', () => {
  it('has no calls on free nor on any trial', () => {
    expect(plans.filter((plan) => calling(plan))).toEqual(plans.filter((plan) => plan !== 'free'));
    expect(plans.filter((plan) => calling(plan, true))).toEqual([]);
    expect(inForce(tenant('free')).policy.methods).toContain('sms');
  });

  it('writes to no directory where the plan covers nobody there', () => {
    expect(plans.filter((plan) => inForce(tenant(plan)).policy.writeback)).toEqual(['business-premium', 'p1', 'p2']);
    const off = { ...tenant('p1'), policy: presets.hardened };
    expect(inForce(off).policy.writeback).toBe(false);
  });

  it('is the one that was set where the plan carries all of it, and changes nothing there', () => {
    const whole = tenant('p2');
    expect(inForce(whole)).toBe(whole);
    const set = tenant('free');
    const { policy } = inForce(set);
    expect(set).toEqual(tenant('free'));
    expect({ ...policy, methods: [], writeback: true }).toEqual({ ...set.policy, methods: [] });
  });
});
