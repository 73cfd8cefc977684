/**
 * What became of one try to hand a mail over. Reasons are kebab-case words for the history; nothing in a result comes
 * from the mail or repeats what the server said, because servers quote addresses in their answers.
 */
export type DeliveryResult = Accepted | Deferred | Refused;

export interface Accepted {
  kind: 'accepted';
  smtpCode: number;
  /** RFC 3463, such as `2.0.0` */
  enhancedCode?: string;
}

/** May succeed later; the next try must carry the same Message-ID. */
export interface Deferred {
  kind: 'deferred';
  reason: DeferredReason;
  smtpCode?: number;
  enhancedCode?: string;
}

/** Will not succeed however often it is tried. */
export interface Refused {
  kind: 'refused';
  reason: RefusedReason;
  smtpCode?: number;
  enhancedCode?: string;
}

export type DeferredReason =
  | 'greylisted'
  | 'mailbox-busy'
  | 'temporarily-refused'
  | 'server-not-ready'
  | 'sign-in-refused'
  | 'connection-refused'
  | 'connection-lost'
  | 'host-not-found'
  | 'tls-failed'
  | 'timed-out'
  /** the whole mail was handed over, then the line broke before an answer: it may or may not arrive */
  | 'unknown-outcome';

export type RefusedReason =
  'invalid-address' | 'sender-refused' | 'recipient-refused' | 'mailbox-unknown' | 'mailbox-full' | 'content-refused';

/** The fields of a nodemailer error that say what happened. */
export interface SmtpFailure {
  code?: string | undefined;
  originalCode?: string | undefined;
  command?: string | undefined;
  response?: string | undefined;
  responseCode?: number | undefined;
}

/** @param handedOver whether every byte of the mail had been given to the server */
export function classifyFailure(failure: SmtpFailure, handedOver: boolean): Deferred | Refused {
  const answer = answerOf(failure);
  if (!answer) return { kind: 'deferred', reason: handedOver ? 'unknown-outcome' : lineTrouble(failure) };
  const { smtpCode, enhancedCode = '' } = answer;
  const step = failure.command ?? '';
  if (step === 'STARTTLS') return { kind: 'deferred', reason: 'tls-failed', ...answer };
  if (step.startsWith('AUTH')) return { kind: 'deferred', reason: 'sign-in-refused', ...answer };
  if (!aboutTheMail.has(step) || smtpCode === 421) return { kind: 'deferred', reason: 'server-not-ready', ...answer };
  // 503 says that the session, not the mail, was in the wrong state
  if (smtpCode >= 500 && smtpCode !== 503)
    return { kind: 'refused', reason: refusal(step, smtpCode, enhancedCode), ...answer };
  return { kind: 'deferred', reason: postponement(step, smtpCode, enhancedCode), ...answer };
}

/** The numbers of an SMTP answer, without its words. */
export function answerOf(failure: Pick<SmtpFailure, 'response' | 'responseCode'>) {
  const numbers = /^(\d{3})[ -](?:([245]\.\d{1,3}\.\d{1,3})(?=\s|$))?/.exec(failure.response ?? '');
  const smtpCode = failure.responseCode ?? Number(numbers?.[1] ?? 0);
  if (!smtpCode) return undefined;
  return numbers?.[2] ? { smtpCode, enhancedCode: numbers[2] } : { smtpCode };
}

const aboutTheMail = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

function refusal(step: string, smtpCode: number, enhancedCode: string): RefusedReason {
  if (step === 'MAIL FROM') return 'sender-refused';
  if (step === 'DATA') return enhancedCode === '5.2.2' ? 'mailbox-full' : 'content-refused';
  if (smtpCode === 552 || enhancedCode === '5.2.2') return 'mailbox-full';
  return /^5\.1\.[0-6]$/.test(enhancedCode) || (smtpCode === 550 && !enhancedCode)
    ? 'mailbox-unknown'
    : 'recipient-refused';
}

function postponement(step: string, smtpCode: number, enhancedCode: string): DeferredReason {
  if (smtpCode === 452 || enhancedCode.startsWith('4.2.')) return 'mailbox-busy';
  const grey = step === 'RCPT TO' && (smtpCode === 450 || smtpCode === 451) && /^(4\.7\.\d+)?$/.test(enhancedCode);
  return grey ? 'greylisted' : 'temporarily-refused';
}

function lineTrouble({ code = '', originalCode = '' }: SmtpFailure): DeferredReason {
  if (originalCode === 'ECONNREFUSED' || code === 'ECONNREFUSED') return 'connection-refused';
  if (code === 'ETIMEDOUT' || code === 'EABORT' || originalCode === 'ETIMEDOUT') return 'timed-out';
  if (code === 'EDNS') return 'host-not-found';
  if (code === 'ETLS' || certificateTrouble.test(originalCode)) return 'tls-failed';
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'sign-in-refused';
  return 'connection-lost';
}

/** How Node.js names what is wrong with a certificate or a handshake. */
const certificateTrouble = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/;
