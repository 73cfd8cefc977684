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

it('carries by phone only what somebody carries', () => {
  const served = new Served({ texts: true, calls: false });
  expect(served.carries('sms')).toBe(true);
  expect(served.carries('office-call')).toBe(false);
  expect(served.carries('email')).toBe(true);
});

it('leaves a policy alone that can be carried out', () => {
  const tenant = { policy: presets.hardened };
  expect(new Served({ texts: true, calls: true }).narrow(tenant)).toBe(tenant);
});
