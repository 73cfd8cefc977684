import { isWithin, networkIn } from './networks.js';

describe('a network', () => {
  it.each([
    '203.0.113.0/24',
    '10.0.0.0/8',
    '192.0.2.7/32',
    '2001:db8::/32',
    '::1/128',
    'fe80::/10',
    '2001:db8:1:2:3:4:5:6/128',
  ])('%s', (cidr) => expect(networkIn(cidr)).toBeDefined());

  it.each([
    '',
    '203.0.113.0',
    '203.0.113.1/24',
    '203.0.113.0/33',
    '203.0.113/24',
    '203.0.113.256/32',
    '010.0.0.0/8',
    '2001:db8::1/32',
    '2001:db8::/129',
    '1::2::3/128',
    '12345::/16',
    '1:2:3:4:5:6:7/112',
    '1:2:3:4:5:6:7:8::/128',
    'office/8',
  ])('%j is none', (cidr) => expect(networkIn(cidr)).toBeUndefined());

  it('holds the addresses that begin as it does', () => {
    const offices = ['203.0.113.0/24', '2001:db8::/32'];
    for (const address of ['203.0.113.0', '203.0.113.255', '::ffff:203.0.113.9', '2001:DB8::1', '2001:db8:ffff::']) {
      expect([address, isWithin(offices, address)]).toEqual([address, true]);
    }
    for (const address of ['203.0.114.0', '2001:db9::1', '::cb00:7109', 'nowhere', '']) {
      expect([address, isWithin(offices, address)]).toEqual([address, false]);
    }
  });
});
