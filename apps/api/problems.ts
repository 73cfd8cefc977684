import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { SpeechBusy } from '#libs/captcha/speech';
import { RuleViolation } from '#libs/domain/decider';
import { StoreUnavailable, WrongExpectedRevision } from '#libs/eventstore/errors';
import { BreachedListUnavailable } from '#libs/runtime/breached-passwords';
import { HasherBusy, InvalidUsername } from '#libs/vault/errors';

interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** Details of the refusal that the caller may read. */
  readonly shows?: readonly string[];
}

/** Every problem this API answers with (RFC 9457), by its `code`. */
export const problemTypes = {
  'invalid-request': {
    status: 400,
    title: 'The request is not as the interface describes it',
    shows: ['field', 'errors'],
  },
  'recovery-token-invalid': { status: 401, title: 'The recovery token is missing, wrong or has expired' },
  'session-invalid': { status: 401, title: 'The session is missing or has ended' },
  'device-invalid': {
    status: 401,
    title: 'The request is not signed by a paired device, or not now',
    shows: ['now'],
  },
  'metrics-token-invalid': {
    status: 401,
    title: 'Metrics need the token of KEYTURN_METRICS_TOKEN; where none is set, only this machine reads them',
  },
  'sign-in-failed': { status: 401, title: 'The user name or the password is not right' },
  'not-me-invalid': { status: 401, title: 'This link is incomplete, has expired or is no longer needed' },
  'second-factor-required': { status: 401, title: 'A second factor is needed' },
  'password-expired': { status: 403, title: 'The password has expired', shows: ['changeToken'] },
  'contact-administrator': {
    status: 403,
    title: 'Please contact your administrator',
    shows: ['supportCode', 'contact', 'reason'],
  },
  blocked: { status: 403, title: 'Too many failed tries', shows: ['blockedUntil', 'contact', 'supportCode'] },
  'agent-invalid': { status: 401, title: 'The request is not signed by an agent of ours', shows: ['now'] },
  'enrolment-refused': { status: 403, title: 'The enrolment code is not valid, or was used' },
  'poll-replaced': { status: 409, title: 'This agent asked again meanwhile: one question is open at a time' },
  'writeback-not-leased': { status: 409, title: 'This agent never had that command' },
  'not-allowed': { status: 403, title: 'Your role does not allow this', shows: ['why'] },
  'own-roles': { status: 403, title: 'Nobody may give themselves a role' },
  'session-limited': { status: 403, title: 'Something else has to be done first', shows: ['next'] },
  'step-up-required': { status: 403, title: 'Prove one of your registered methods first' },
  'method-change-guarded': {
    status: 403,
    title: 'Methods cannot be changed yet',
    shows: ['until'],
  },
  'registration-required': { status: 403, title: 'This cannot be put off' },
  'account-disabled': { status: 403, title: 'This account is disabled' },
  'gates-not-passed': { status: 403, title: 'Your identity has not been verified yet' },
  'caller-not-verified': { status: 403, title: 'The caller has not read out the verification word' },
  'method-changes-barred': { status: 403, title: 'The methods of this account cannot be changed at present' },
  'unlock-not-allowed': { status: 403, title: 'Unlocking without a new password is not allowed' },
  'signature-invalid': { status: 403, title: 'This was not signed as it should be' },
  'group-unknown': { status: 404, title: 'There is no such group', shows: ['groupId'] },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not served here' },
  'password-on-premises': {
    status: 409,
    title: 'The password of this account lies in the organisation’s own directory',
  },
  'recovery-closed': { status: 409, title: 'This recovery is closed' },
  'password-submitted': { status: 409, title: 'A new password has been submitted already' },
  'answered-elsewhere': { status: 409, title: 'This is answered on the phone or device itself' },
  'approval-closed': { status: 409, title: 'This request is no longer waiting for an answer' },
  'too-many-devices': { status: 409, title: 'No more than five devices can be paired' },
  'challenge-expired': { status: 409, title: 'The code has expired' },
  'challenge-not-current': { status: 409, title: 'A newer code has been sent' },
  'recovery-not-succeeded': { status: 409, title: 'No password was set in this recovery' },
  'case-not-open': { status: 409, title: 'This case is not open any more' },
  'proposal-open': { status: 409, title: 'A proposed contact is still waiting for approval' },
  'proposal-not-open': { status: 409, title: 'This proposal is not open any more' },
  'not-me-used': { status: 409, title: 'This was reported already' },
  'last-administrator': { status: 409, title: 'The last global administrator stays' },
  'username-taken': { status: 409, title: 'This user name is taken' },
  'group-name-taken': { status: 409, title: 'There is a group of this name' },
  'group-cycle': { status: 409, title: 'A group cannot lie within itself' },
  'group-in-use': { status: 409, title: 'The policy names this group' },
  superseded: { status: 409, title: 'The account has changed meanwhile' },
  'policy-version-mismatch': {
    status: 412,
    title: 'Somebody else has changed the policy meanwhile',
    shows: ['policyVersion'],
  },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'Only JSON is understood' },
  'captcha-failed': { status: 422, title: 'The characters did not match' },
  'contact-mismatch': { status: 422, title: 'That is not the address or number on record' },
  'challenge-failed': { status: 422, title: 'The code is not right', shows: ['triesLeft'] },
  'pairing-invalid': { status: 422, title: 'This pairing code is not valid, or not any more' },
  'push-service-unknown': { status: 422, title: 'Push messages are only sent to the known push services' },
  'country-not-allowed': { status: 422, title: 'No messages or calls go to the country of this number' },
  'telecom-budget-exhausted': { status: 422, title: 'No more messages or calls this month' },
  'method-not-available': { status: 422, title: 'This method cannot be chosen now' },
  'method-needed': { status: 422, title: 'Your role needs this method' },
  'answers-unfit': { status: 422, title: 'These answers cannot be registered', shows: ['why', 'questionId'] },
  'contact-unfit': { status: 422, title: 'This address or number cannot be used', shows: ['why'] },
  'contact-registered': { status: 422, title: 'This address or number is registered already' },
  'password-rejected': { status: 422, title: 'This password cannot be used', shows: ['reasons', 'rules'] },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'confirmation-required': { status: 422, title: 'Type the name to confirm', shows: ['name'] },
  'too-many-groups': { status: 422, title: 'There are too many groups' },
  'policy-invalid': { status: 422, title: 'This policy cannot be', shows: ['field', 'why'] },
  'precondition-required': { status: 428, title: 'Say with If-Match which version you are changing' },
  'unlock-limit': { status: 429, title: 'This account was unlocked too often', shows: ['until'] },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'cool-down': { status: 429, title: 'Please wait before asking for another code' },
  internal: { status: 500, title: 'Something went wrong' },
  unavailable: { status: 503, title: 'The service is not available right now' },
} as const satisfies Record<string, ProblemType>;

export type ProblemCode = keyof typeof problemTypes;

/** A problem as it goes over the wire, with those details that its caller may read. */
export function problemOf(code: ProblemCode, details: Readonly<Record<string, unknown>> = {}) {
  const { status, title, shows = [] }: ProblemType = problemTypes[code];
  const shown = Object.fromEntries(shows.filter((key) => details[key] !== undefined).map((key) => [key, details[key]]));
  const { retryAfterMs } = details;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(typeof retryAfterMs === 'number' && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    },
    body: JSON.stringify({ type: `urn:keyturn:problem:${code}`, title, status, code, ...shown }),
  };
}

/** Turns whatever was thrown into a problem that tells enough and not more. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      reply.raw.end();
      return;
    }
    const { code, details } = this.#understand(thrown);
    const { status, headers, body } = problemOf(code, details);
    void reply.status(status).headers(headers).send(body);
  }

  #understand(thrown: unknown): { code: ProblemCode; details: Record<string, unknown> } {
    if (thrown instanceof RuleViolation && Object.hasOwn(problemTypes, thrown.code)) {
      return { code: thrown.code as ProblemCode, details: thrown.details };
    }
    if (thrown instanceof InvalidUsername) return { code: 'invalid-request', details: { field: 'username' } };
    if (busy.some((kind) => thrown instanceof kind) || isConnectionTrouble(thrown)) {
      this.logger.warn({ err: thrown }, 'a dependency is unavailable');
      return { code: 'unavailable', details: { retryAfterMs: 2_000 } };
    }
    const status =
      thrown instanceof HttpException ? thrown.getStatus() : (thrown as { statusCode?: number }).statusCode;
    const code = byStatus[status ?? 500];
    if (code) return { code, details: {} };
    this.logger.error({ err: thrown }, 'unexpected failure of a request');
    return { code: 'internal', details: {} };
  }
}

/** Refused for now; nothing was changed. */
const busy = [BreachedListUnavailable, StoreUnavailable, WrongExpectedRevision, HasherBusy, SpeechBusy];

const byStatus: Partial<Record<number, ProblemCode>> = {
  400: 'invalid-request',
  // Nothing of ours: what serves the pages' files says so of folders and of paths that lead out of them.
  403: 'not-found',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

/** PostgreSQL or the network refused: SQLSTATE classes 08, 53 and 57, or a socket's error. */
const isConnectionTrouble = (thrown: unknown): boolean => {
  const { code, message } = thrown as { code?: string; message?: string };
  return (
    /^(08|53|57)|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT)$/.test(code ?? '') ||
    /timeout exceeded|Connection terminated/.test(message ?? '')
  );
};
