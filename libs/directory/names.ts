/** What two spellings of one distinguished name have in common, as far as case and space go. What only looks alike differs. */
export const plainDn = (dn: string): string =>
  dn
    .trim()
    .toLowerCase()
    .replace(/\s*([,=+])\s*/g, '$1');

/** Whether an entry of this name stands below the other, or is it. */
export function isWithin(dn: string, base: string): boolean {
  const [inner, outer] = [plainDn(dn), plainDn(base)];
  return inner === outer || inner.endsWith(`,${outer}`);
}

/** The domain an entry is in: what remains from the first `dc` on; the name itself where it has none. */
export const domainOf = (dn: string): string => /(?<=^|(?<!\\),)\s*dc\s*=.*$/i.exec(dn)?.[0].trim() ?? dn;
