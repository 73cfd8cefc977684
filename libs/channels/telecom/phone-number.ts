import { parsePhoneNumberFromString, type CountryCode, type PhoneNumber } from 'libphonenumber-js/max';

/**
 * A number as we keep and dial it: E.164, without an extension, and the country it belongs to.
 * @param home where a number without `+` is at home
 */
export function phoneNumber(text: string, home?: string): { e164: string; country: string } | undefined {
  const parsed = parse(text, home);
  if (!parsed?.isPossible()) return undefined;
  return { e164: parsed.number, country: parsed.country ?? byCallingCode(parsed) };
}

/** Whether somebody who typed this meant that number: with or without country, spaces, dashes, in any width. */
export function isSameNumber(typed: string, stored: string): boolean {
  const known = phoneNumber(stored);
  return known !== undefined && phoneNumber(typed, known.country)?.e164 === known.e164;
}

/** Neighbours share it: the number without its last four digits. */
export const prefixOf = (e164: string): string => e164.slice(0, -4);

function parse(text: string, home?: string): PhoneNumber | undefined {
  const plain = text.normalize('NFKC').trim();
  if (plain.length > 40) return undefined;
  return parsePhoneNumberFromString(plain, home ? { defaultCountry: home as CountryCode } : undefined);
}

/** A number of no known range still tells the country, where the calling code has but one. */
const byCallingCode = (parsed: PhoneNumber): string => {
  const countries = parsed.getPossibleCountries();
  return countries.length === 1 ? countries[0]! : 'ZZ';
};
