import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** As proxies write it, some with the port, to an address alone: IPv4 mapped into IPv6 as IPv4, nothing about interfaces. */
function bareAddress(written: string): string {
  const alone = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(written)?.[1] ?? /^\[(.*)\](?::\d+)?$/.exec(written)?.[1] ?? written;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(alone)?.[1] ?? alone;
  return mapped.split('%')[0] ?? '';
}

/**
 * What one client's address counts as: an IPv4 address, or the /64 of an IPv6 address, which one subscriber may fill.
 * IPv4 mapped into IPv6 counts as IPv4, and a port says nothing.
 */
export function sourceOf(address: string): string {
  const bare = bareAddress(address);
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return 'unknown';
  const url = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [head = '', tail] = url.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

/** @param ranges networks as CIDR; one that cannot be read holds nobody */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return false;
  const bare = bareAddress(address);
  const family = isIPv4(bare) ? 'ipv4' : isIPv6(bare) ? 'ipv6' : undefined;
  if (!family) return false;
  const networks = new BlockList();
  for (const range of ranges) {
    const [network = '', length] = range.split('/');
    const of = isIPv4(network) ? 'ipv4' : isIPv6(network) ? 'ipv6' : undefined;
    const bits = length === undefined ? (of === 'ipv4' ? 32 : 128) : Number(length);
    if (of === family && Number.isInteger(bits) && bits >= 0 && bits <= (of === 'ipv4' ? 32 : 128)) {
      networks.addSubnet(network, bits, of);
    }
  }
  return networks.check(bare, family);
}
