import { severalOf } from './network.js';

describe('the name of a directory', () => {
  const at = (address: string, family = 4) => ({ address, family });
  it('stands for one server, by either protocol', () => {
    expect(severalOf('dc1.probe.test', [at('10.0.0.1')]).state).toBe('ok');
    expect(severalOf('dc1.probe.test', [at('10.0.0.1'), at('fd00::1', 6)]).state).toBe('ok');
  });
  it('of several is warned of: two resets could be decided by two of them', () => {
    const finding = severalOf('probe.test', [at('10.0.0.1'), at('10.0.0.2')]);
    expect(finding).toMatchObject({ state: 'warning', detail: expect.stringContaining('10.0.0.2') });
    expect(finding.fix).toContain('LDAP_URL');
  });
});
