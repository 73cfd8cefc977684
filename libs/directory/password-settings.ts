import type { Client, Entry } from 'ldapts';
import { numberIn, oneText } from './entries.js';

/** What Active Directory demands of a person's password, and what locks them. */
export interface PasswordSettings {
  readonly minimumLength: number | undefined;
  readonly complexity: boolean;
  readonly history: number | undefined;
  readonly minimumAgeHours: number | undefined;
  readonly lockoutThreshold: number | undefined;
  readonly lockoutWindowMs: number;
}

/**
 * The fine-grained policy that applies to this person, or the domain's.
 * @returns undefined when a fine-grained one applies that may not be read: the domain's say nothing then
 */
export async function policyOf(ldap: Client, domain: string, dn: string): Promise<PasswordSettings | undefined> {
  const person = await ldap.search(dn, { scope: 'base', attributes: ['msDS-ResultantPSO'] });
  const policyDn = person.searchEntries[0] && oneText(person.searchEntries[0], 'msDS-ResultantPSO');
  if (policyDn) {
    const own = await ldap.search(policyDn, { scope: 'base' }).catch(() => undefined);
    const entry = own?.searchEntries[0];
    return entry && numberIn(entry, 'msDS-MinimumPasswordLength') !== undefined ? fineGrained(entry) : undefined;
  }
  const { searchEntries } = await ldap.search(domain, { scope: 'base', attributes: domainWide });
  return searchEntries[0] && ofDomain(searchEntries[0]);
}

const domainWide = [
  'minPwdLength',
  'pwdProperties',
  'pwdHistoryLength',
  'minPwdAge',
  'lockoutThreshold',
  'lockOutObservationWindow',
];
const complexityFlag = 0x1;

const fineGrained = (entry: Entry): PasswordSettings => ({
  minimumLength: numberIn(entry, 'msDS-MinimumPasswordLength'),
  complexity: oneText(entry, 'msDS-PasswordComplexityEnabled') === 'TRUE',
  history: numberIn(entry, 'msDS-PasswordHistoryLength'),
  minimumAgeHours: hoursOf(numberIn(entry, 'msDS-MinimumPasswordAge')),
  lockoutThreshold: numberIn(entry, 'msDS-LockoutThreshold'),
  lockoutWindowMs: msOf(numberIn(entry, 'msDS-LockoutObservationWindow')),
});

const ofDomain = (entry: Entry): PasswordSettings => ({
  minimumLength: numberIn(entry, 'minPwdLength'),
  complexity: ((numberIn(entry, 'pwdProperties') ?? 0) & complexityFlag) !== 0,
  history: numberIn(entry, 'pwdHistoryLength'),
  minimumAgeHours: hoursOf(numberIn(entry, 'minPwdAge')),
  lockoutThreshold: numberIn(entry, 'lockoutThreshold'),
  lockoutWindowMs: msOf(numberIn(entry, 'lockOutObservationWindow')),
});

/** Negative 100 ns intervals. */
const msOf = (interval: number | undefined): number => Math.abs(interval ?? 0) / 10_000;
/** Rounded up: a minimum age of minutes is one all the same. */
const hoursOf = (interval: number | undefined): number | undefined =>
  interval === undefined ? undefined : Math.ceil(msOf(interval) / 3_600_000);
