import { roughly } from './rough-client.js';

const agents: [string, string, string][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36',
    'Chrome',
    'Windows',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0', 'Edge', 'Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 Version/18.1 Safari/604.1',
    'Safari',
    'iOS',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox', 'macOS'],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36', 'Chrome', 'Android'],
  ['curl/8.5', '', ''],
];

describe('who asks, roughly', () => {
  it.each(agents)('%s', (userAgent, browser, system) => {
    expect(roughly({ address: '203.0.113.77', userAgent })).toEqual({ browser, system, network: '203.0.…' });
  });

  it('shows a part of the address', () => {
    const of = (address: string) => roughly({ address, userAgent: '' }).network;
    expect(of('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:…');
    expect(of('::ffff:198.51.100.7')).toBe('198.51.…');
  });
});
