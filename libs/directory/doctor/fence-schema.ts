import { EqualityFilter, type Client } from 'ldapts';
import type { DirectoryOptions } from '../directory-options.js';
import { numberIn, oneText } from '../entries.js';
import { longestFence } from '../fence.js';

/** What a directory's schema says of the fence attribute. */
export type FenceSchema =
  | { readonly kind: 'fit' | 'missing' | 'multi-valued' | 'unreadable' }
  | { readonly kind: 'too-short'; readonly longest: number };

/** A fence works only where there is room for exactly one: adding a second value has to be refused. */
export function fenceSchema(ldap: Client, { kind, fenceAttribute }: DirectoryOptions): Promise<FenceSchema> {
  return kind === 'ad' ? activeDirectory(ldap, fenceAttribute) : openLdap(ldap, fenceAttribute);
}

async function activeDirectory(ldap: Client, attribute: string): Promise<FenceSchema> {
  const root = await ldap.search('', { scope: 'base', attributes: ['schemaNamingContext'] });
  const schema = root.searchEntries[0] && oneText(root.searchEntries[0], 'schemaNamingContext');
  if (!schema) return { kind: 'unreadable' };
  const { searchEntries } = await ldap.search(schema, {
    scope: 'one',
    filter: new EqualityFilter({ attribute: 'lDAPDisplayName', value: attribute }),
    attributes: ['isSingleValued', 'rangeUpper'],
  });
  const [entry] = searchEntries;
  if (!entry) return { kind: 'missing' };
  if (oneText(entry, 'isSingleValued') !== 'TRUE') return { kind: 'multi-valued' };
  const longest = numberIn(entry, 'rangeUpper') ?? Infinity;
  return longest < longestFence ? { kind: 'too-short', longest } : { kind: 'fit' };
}

/** RFC 4512 §4.1.2 */
async function openLdap(ldap: Client, attribute: string): Promise<FenceSchema> {
  const root = await ldap.search('', { scope: 'base', attributes: ['subschemaSubentry'] });
  const subentry = root.searchEntries[0] && oneText(root.searchEntries[0], 'subschemaSubentry');
  if (!subentry) return { kind: 'unreadable' };
  const { searchEntries } = await ldap.search(subentry, { scope: 'base', attributes: ['attributeTypes'] });
  const types = [searchEntries[0]?.attributeTypes ?? []].flat().map(String);
  if (types.length === 0) return { kind: 'unreadable' };
  const wanted = attribute.toLowerCase();
  const type = types.find((text) => namesOf(text).includes(wanted));
  if (type === undefined) return { kind: 'missing' };
  if (!/\sSINGLE-VALUE[\s)]/.test(type)) return { kind: 'multi-valued' };
  const longest = Number(/\sSYNTAX\s+[\d.]+\{(\d+)\}/.exec(type)?.[1] ?? Infinity);
  return longest < longestFence ? { kind: 'too-short', longest } : { kind: 'fit' };
}

const namesOf = (type: string): string[] =>
  [...(/\sNAME\s+(\([^)]*\)|'[^']*')/.exec(type)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, name]) =>
    name!.toLowerCase(),
  );

/** A sentence for whoever has to choose another attribute; undefined when there is nothing to say. */
export function fenceTrouble(schema: FenceSchema, attribute: string): string | undefined {
  switch (schema.kind) {
    case 'fit':
    case 'unreadable':
      return undefined;
    case 'missing':
      return `The directory’s schema has no attribute ${attribute}: set LDAP_FENCE_ATTRIBUTE to one it has (docs/directory.md).`;
    case 'multi-valued':
      return `${attribute} may hold several values, so it cannot tell two resets apart: set LDAP_FENCE_ATTRIBUTE to a single-valued one (docs/directory.md).`;
    case 'too-short':
      return `${attribute} holds ${schema.longest} characters at most, and a fence needs ${longestFence}: set LDAP_FENCE_ATTRIBUTE to a longer one.`;
  }
}
