/** Enough to tell "that is me at my desk" from "that is somebody else", and no more. */
export interface RoughClient {
  /** `Chrome`, `Firefox`, `Safari`, `Edge`; empty when it is none of them. */
  browser: string;
  /** `Windows`, `macOS`, `Android`, `iOS`, `Linux`; empty when it is none of them. */
  system: string;
  /** The first half of an IPv4 address, the first third of an IPv6 one: `203.0.…`, `2001:db8:1:…`. */
  network: string;
}

export const roughly = ({ address, userAgent }: { address: string; userAgent: string }): RoughClient => ({
  browser: firstOf(browsers, userAgent),
  system: firstOf(systems, userAgent),
  network: networkOf(address.replace(/^::ffff:/i, '')),
});

type Names = readonly (readonly [name: string, mark: RegExp])[];

/** In this order: each names itself as those after it as well. */
const browsers: Names = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|Chromium)\//],
  ['Safari', /\bSafari\//],
];

const systems: Names = [
  ['Windows', /\bWindows\b/],
  ['iOS', /\b(iPhone|iPad)\b/],
  ['macOS', /\bMac OS X\b/],
  ['Android', /\bAndroid\b/],
  ['Linux', /\bLinux\b/],
];

const firstOf = (names: Names, userAgent: string): string => names.find(([, mark]) => mark.test(userAgent))?.[0] ?? '';

const networkOf = (address: string): string =>
  address.includes(':')
    ? `${address.split(':').slice(0, 3).join(':')}:…`
    : `${address.split('.').slice(0, 2).join('.')}.…`;
