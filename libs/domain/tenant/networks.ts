/** A range of addresses as CIDR writes it (RFC 4632, RFC 4291 §2.3). */
export interface Network {
  readonly version: 4 | 6;
  readonly address: bigint;
  readonly prefix: number;
}

/** @returns nothing when it is not `address/prefix`, or when bits beyond the prefix are set */
export function networkIn(cidr: string): Network | undefined {
  const [, written = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const parsed = addressIn(written);
  const prefix = Number(bits);
  if (!parsed || prefix > widthOf(parsed.version)) return undefined;
  const host = (1n << BigInt(widthOf(parsed.version) - prefix)) - 1n;
  return (parsed.address & host) === 0n ? { ...parsed, prefix } : undefined;
}

/** @param address as a socket or a trusted proxy tells it; IPv4 within IPv6 counts as IPv4 */
export function isWithin(networks: readonly string[], address: string): boolean {
  const seen = addressIn(address);
  return (
    seen !== undefined &&
    networks.some((cidr) => {
      const network = networkIn(cidr);
      if (network?.version !== seen.version) return false;
      return (network.address ^ seen.address) >> BigInt(widthOf(seen.version) - network.prefix) === 0n;
    })
  );
}

type Address = Pick<Network, 'version' | 'address'>;

const widthOf = (version: 4 | 6): number => (version === 4 ? 32 : 128);

function addressIn(written: string): Address | undefined {
  const four = fourIn(written);
  if (four !== undefined) return { version: 4, address: four };
  const six = sixIn(written);
  if (six === undefined) return undefined;
  return six >> 32n === 0xffffn ? { version: 4, address: six & 0xffffffffn } : { version: 6, address: six };
}

function fourIn(written: string): bigint | undefined {
  const parts = written.split('.');
  // A leading zero means octal to some readers: refused, so that all agree.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return;
  return parts.reduce((address, part) => (address << 8n) | BigInt(part), 0n);
}

function sixIn(written: string): bigint | undefined {
  const [, head = '', four] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(written) ?? [];
  if (four !== undefined) {
    const last = fourIn(four);
    return last === undefined
      ? undefined
      : sixIn(`${head}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`);
  }
  const halves = written.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - before!.length - (after?.length ?? 0);
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before!, ...Array<string>(after ? missing : 0).fill('0'), ...(after ?? [])];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}
