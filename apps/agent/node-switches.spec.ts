import { proxyUnused, refusedSwitches } from './node-switches.js';

const refused = (env: Readonly<Record<string, string>>, ...given: string[]) => refusedSwitches(env, given).join(' ');

describe('switches of Node’s', () => {
  it.each(['ldapts', 'http,LDAPTS', '*', 'ldap*', ' ldapts '])(
    'P8: do not print passwords: NODE_DEBUG=%s keeps the agent from starting',
    (sections) => {
      expect(refused({ NODE_DEBUG: sections })).toContain('NODE_DEBUG');
    },
  );

  it.each(['', 'http', 'tls,net', 'ldap', 'ldapts2'])(
    'that print nothing of the kind do not: NODE_DEBUG=%s',
    (sections) => {
      expect(refused({ NODE_DEBUG: sections })).toBe('');
    },
  );

  it('are looked at wherever they are given', () => {
    expect(refused({}, '--tls-min-v1.1')).toContain('--tls-min-v1.0');
    expect(refused({ NODE_OPTIONS: '--tls-keylog=/tmp/keys' })).toContain('--tls-keylog');
    expect(refused({}, '--tls-keylog=/tmp/keys')).toContain('--tls-keylog');
    expect(refused({ NODE_OPTIONS: '--max-old-space-size=64' }, '--enable-source-maps')).toBe('');
  });

  it('make Node ask a proxy only when it is told to', () => {
    expect(proxyUnused({ HTTPS_PROXY: 'http://proxy:3128' })).toBe(true);
    expect(proxyUnused({ https_proxy: 'http://proxy:3128', NODE_USE_ENV_PROXY: '1' })).toBe(false);
    expect(proxyUnused({})).toBe(false);
  });
});
