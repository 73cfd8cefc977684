import { presets } from '#libs/domain/tenant/policy';
import { Served } from './served.js';

const { policy } = new Served({ texts: false, calls: false }).narrow({ policy: presets.hardened });

it('offers no phone where nobody carries messages and calls', () => {
  expect(policy.methods).toEqual(['email', 'app-notification', 'app-code']);
});

it('offers messages where only those are carried', () => {
  const narrowed = new Served({ texts: true, calls: false }).narrow({ policy: presets.hardened });
  expect(narrowed.policy.methods).toContain('sms');
  expect(narrowed.policy.methods).not.toContain('mobile-call');
});

it('leaves a policy alone that can be carried out', () => {
  const tenant = { policy: presets.hardened };
  expect(new Served({ texts: true, calls: true }).narrow(tenant)).toBe(tenant);
});
