import { methodNames, traitsOf } from './methods.js';
import { minutes } from './time.js';

describe('codes that are sent', () => {
  const typed = methodNames.map(traitsOf).filter(({ channel, elsewhere }) => channel && !elsewhere);

  it('T2: have six digits at least, by mail eight', () => {
    expect(typed.length).toBeGreaterThan(0);
    for (const { digits } of typed) expect(digits).toBeGreaterThanOrEqual(6);
    expect(traitsOf('email').digits).toBe(8);
  });

  it.each(['sms', 'mobile-call', 'office-call'] as const)('T4: by %s are good for ten minutes at most', (method) =>
    expect(traitsOf(method).lifetimeMs).toBeLessThanOrEqual(minutes(10)),
  );

  it('T5: by mail are good for ten minutes at most', () =>
    expect(traitsOf('email').lifetimeMs).toBeLessThanOrEqual(minutes(10)));
});
