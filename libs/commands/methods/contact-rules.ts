import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import { isMailAddress } from '#libs/channels/email/mail-address';
import { RuleViolation } from '#libs/domain/decider';
import { familyOf, type Method } from '#libs/domain/methods';
import type { TenantState } from '#libs/domain/tenant/tenant';

/**
 * A typed contact as it is kept, or why it cannot be one.
 * @throws RuleViolation contact-unfit with `why`
 */
export function fitContact(method: Method, typed: string, tenant: TenantState): string {
  const text = typed.normalize('NFKC').trim();
  return familyOf(method) === 'email' ? fitAddress(text, tenant) : fitNumber(method, text, tenant);
}

/** An address of the organisation itself is out of reach together with the account. */
function fitAddress(address: string, { domains }: TenantState): string {
  if (!isMailAddress(address)) throw unfit('not-an-address');
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (domains.some((own) => domain === own || domain.endsWith(`.${own}`))) throw unfit('own-domain');
  return address;
}

/** `+81 9012345678`: country and number apart, as masks and comparisons expect it. */
function fitNumber(method: Method, typed: string, { policy }: TenantState): string {
  const number = typed.startsWith('+') ? parsePhoneNumberFromString(typed) : undefined;
  if (!number?.isPossible() || number.ext) throw unfit('not-a-number');
  const { countries } = policy.telecom;
  if (!number.getPossibleCountries().some((country) => countries.includes(country))) throw unfit('country-not-served');
  if (costly(number) || (method !== 'office-call' && number.getType() === 'FIXED_LINE')) throw unfit('not-a-mobile');
  return `+${number.countryCallingCode} ${number.nationalNumber}`;
}

/** Numbers that charge whoever calls them. */
const costly = (number: PhoneNumber): boolean => ['PREMIUM_RATE', 'SHARED_COST'].includes(number.getType() ?? '');

const unfit = (why: string): RuleViolation => new RuleViolation('contact-unfit', { why });
