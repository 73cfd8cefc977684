import { ResultCodeError } from 'ldapts';

/** No answer that says whether something was done: the network, a time-out, a server that is busy or stopping. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Before anything was sent: the settings name a way on which no password may travel. */
export class NotConfidential extends Error {
  override readonly name = 'NotConfidential';
  readonly code = 'NOT_LDAPS';
}

/** What was about to be sent could not be written down first, so it was not sent. */
export class NotKept extends Error {
  override readonly name = 'NotKept';
  readonly code = 'NOT_KEPT';
}

/** Who is in a protected group cannot be read, so nobody is touched. */
export class Unprotectable extends Error {
  override readonly name = 'Unprotectable';
  readonly code = 'PROTECTED_GROUP_UNREADABLE';
}

/** Two entries with one id, as after a careless import: nobody can say whose password it would be. */
export class SeveralEntries extends Error {
  override readonly name = 'SeveralEntries';
  readonly code = 'SEVERAL_ENTRIES';
}

/** An answer of the directory. Its text is for operators: servers differ in it, and it may name people. */
export interface Answer {
  /** RFC 4511 §4.1.9 */
  readonly code: number;
  /** Active Directory's eight hex digits at the beginning of the text, such as `0000052D`; tells more than the code */
  readonly win32?: string;
  /** of a refused bind, such as `775` */
  readonly bindReason?: string;
}

export const ldap = {
  operationsError: 1,
  sizeLimitExceeded: 4,
  strongAuthRequired: 8,
  unavailableCriticalExtension: 12,
  noSuchAttribute: 16,
  constraintViolation: 19,
  attributeOrValueExists: 20,
  noSuchObject: 32,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
} as const;

/** What the directory said; undefined when it said nothing that decides anything. */
export function answerOf(error: unknown): Answer | undefined {
  if (!(error instanceof ResultCodeError)) return undefined;
  const { code, message } = error;
  if (code === ldap.busy || code === ldap.unavailable) return undefined;
  const win32 = /^([0-9a-f]{8}):/i.exec(message)?.[1]?.toUpperCase();
  const bindReason = /\bdata ([0-9a-f]{3,4})\b/i.exec(message)?.[1]?.toLowerCase();
  return { code, ...(win32 && { win32 }), ...(bindReason && { bindReason }) };
}

/** Trouble that another try does not end: an answer, a certificate that is not trusted, settings, a full disk. */
export const lasting = (error: unknown): boolean =>
  answerOf(error) !== undefined ||
  error instanceof NotConfidential ||
  error instanceof NotKept ||
  error instanceof Unprotectable ||
  error instanceof SeveralEntries ||
  troubleOf(error) === 'certificate-refused';

/** Kinds of trouble on the way, for an operator, as `[a-z0-9-]{1,40}`: never the text of the answer. */
export function troubleOf(error: unknown): string {
  const { code, name = 'Error', message = '' } = (error ?? {}) as { code?: unknown; name?: string; message?: string };
  if (typeof code === 'string' && /[a-z0-9]/i.test(code))
    return tlsTrouble.test(code) ? 'certificate-refused' : plain(code);
  if (typeof code === 'number') return `ldap-${code}`;
  if (/time/i.test(message)) return 'timed-out';
  return name === 'Unreachable' ? 'connection-lost' : 'no-answer';
}

const tlsTrouble = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS|ERR_SSL|HOSTNAME/;

const plain = (code: string): string =>
  code
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
