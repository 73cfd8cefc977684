import { isWithin } from './client-address.js';

describe('isWithin', () => {
  const offices = ['203.0.113.0/24', '2001:db8:42::/48', '198.51.100.7'];

  it.each([
    ['203.0.113.77', true],
    ['203.0.114.77', false],
    ['::ffff:203.0.113.77', true],
    ['2001:db8:42:1::5', true],
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
