import { Injectable } from '@nestjs/common';
import { sourceOf } from '#libs/runtime/client-address';
import { isGone, VaultReader } from '../operations/vault-reader.js';

/** Enough for its owner to recognise it, and no more: no version, no full address. */
export interface CoarseClient {
  readonly browser: string | null;
  readonly system: string | null;
  /** The larger part of the network's address. */
  readonly network: string | null;
}

/** What devices somebody used, as far as their owner needs to know. */
@Injectable()
export class CoarseClients {
  constructor(private readonly vault: VaultReader) {}

  /** @param refs as events carry them, `<ref>:<sha256>`. @returns by reference; what is gone is left out */
  async read(refs: readonly (string | null)[]): Promise<ReadonlyMap<string, CoarseClient>> {
    const known = [...new Set(refs.filter((ref) => ref !== null))];
    const wanted = known.map((ref) => ({ ref: vaultRefOf(ref), place: 'recovery/client' }));
    const values = await this.vault.read(wanted);
    return new Map(
      known.flatMap((ref) => {
        const value = values.get(vaultRefOf(ref).ref);
        if (value === undefined || isGone(value)) return [];
        const { address, userAgent } = JSON.parse(value) as { address: string; userAgent: string };
        return [[ref, { ...deviceOf(userAgent), network: networkOf(address) }] as const];
      }),
    );
  }
}

const vaultRefOf = (ref: string) => ({ ref: ref.split(':', 1)[0]!, sha256: ref.slice(ref.indexOf(':') + 1) });

/** The first that is found: Edge says that it is Chrome, and Chrome that it is Safari. */
const browsers = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const;
const systems = [
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/** @param userAgent the header's text; reduced to names we know, so that it can say nothing else */
export const deviceOf = (userAgent: string): { browser: string | null; system: string | null } => ({
  browser: browsers.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null,
  system: systems.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null,
});

export function networkOf(address: string): string | null {
  const source = sourceOf(address);
  if (source === 'unknown') return null;
  return source.includes(':')
    ? `${source.split(':').slice(0, 2).join(':')}::/32`
    : `${source.split('.').slice(0, 2).join('.')}.0.0/16`;
}
