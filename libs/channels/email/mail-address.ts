/**
 * Whether `address` is one plain ASCII addr-spec (RFC 5321 dot-string local part, host name) that every mail program
 * reads the same way. Quoted local parts, comments, lists, angle brackets, address literals and the old routing
 * characters `%` and `!` are refused: parsers disagree on them, and a disagreement sends a code to somebody else
 * (CVE-2025-13033, CVE-2022-35924). An internationalised domain has to be given in its `xn--` form.
 */
export function isMailAddress(address: unknown): address is string {
  if (typeof address !== 'string' || address.length > 254) return false;
  const at = address.indexOf('@');
  return at > 0 && at <= 64 && localPart.test(address.slice(0, at)) && domain.test(address.slice(at + 1));
}

export interface Sender {
  name: string;
  address: string;
}

/** Reads the setting `MAIL_FROM`: `address` or `Display name <address>`. Throws a sentence when it is neither. */
export function parseSender(from: string): Sender {
  const named = /^\s*(.*?)\s*<([^<>]*)>\s*$/.exec(from);
  const name = (named?.[1] ?? '').replace(/^"(.*)"$/, '$1');
  const address = (named?.[2] ?? from).trim();
  if (!isMailAddress(address) || noName.test(name)) {
    throw new Error('The sender of mails (MAIL_FROM) must be an address or "Name <address>".');
  }
  return { name, address };
}

const atom = "[A-Za-z0-9#$&'*+/=?^_`{|}~-]+";
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const localPart = new RegExp(`^${atom}(?:\\.${atom})*$`);
const domain = new RegExp(`^${label}(?:\\.${label})*$`);
const noName = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>@]/u;
