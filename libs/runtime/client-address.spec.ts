import { isWithin, sourceOf } from './client-address.js';

describe('G10: what an address counts as', () => {
  it.each([
    ['203.0.113.77', '203.0.113.77'],
    ['::ffff:203.0.113.77', '203.0.113.77'],
    ['::FFFF:203.0.113.77', '203.0.113.77'],
    ['2001:db8:42:1::5', '2001:db8:42:1::/64'],
    ['2001:DB8:42:1:ffff:ffff:ffff:ffff', '2001:db8:42:1::/64'],
    ['2001:0db8:0042:0001:0::0', '2001:db8:42:1::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['203.0.113.77:4711', '203.0.113.77'],
    ['[2001:db8:42:1::5]:4711', '2001:db8:42:1::/64'],
    ['[2001:db8:42:1::5]', '2001:db8:42:1::/64'],
    ['203.0.113.777:4711', 'unknown'],
    ['[203.0.113.77', 'unknown'],
    ['203.0.113.777', 'unknown'],
    ['', 'unknown'],
  ])('%s: %s', (address, source) => expect(sourceOf(address)).toBe(source));

  it('tells networks of one provider apart', () => {
    expect(sourceOf('2001:db8:42:1::5')).not.toBe(sourceOf('2001:db8:42:2::5'));
  });
});

describe('isWithin', () => {
  const offices = ['203.0.113.0/24', '2001:db8:42::/48', '198.51.100.7'];

  it.each([
    ['203.0.113.77', true],
    ['203.0.114.77', false],
    ['::ffff:203.0.113.77', true],
    ['203.0.113.77:4711', true],
    ['2001:db8:42:1::5', true],
    ['[2001:db8:42:1::5]:4711', true],
    ['2001:db8:43::5', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['nonsense', false],
  ])('%s: %s', (address, inside) => expect(isWithin(address, offices)).toBe(inside));

  it('holds nobody where a range cannot be read', () => {
    for (const range of ['', '/8', '203.0.113.0/x', '203.0.113.0/64']) {
      expect(isWithin('203.0.113.77', [range])).toBe(false);
    }
  });
});
