import type { DirectoryRules } from './contract.js';

/** Every code the portal can be answered with (RFC 9457 `code`); others are shown as `unavailable`. */
export type ProblemCode =
  | 'approval-closed'
  | 'answers-unfit'
  | 'blocked'
  | 'captcha-failed'
  | 'challenge-expired'
  | 'challenge-failed'
  | 'challenge-not-current'
  | 'contact-administrator'
  | 'contact-mismatch'
  | 'contact-registered'
  | 'contact-unfit'
  | 'cool-down'
  | 'country-not-allowed'
  | 'device-invalid'
  | 'gates-not-passed'
  | 'idempotency-key-reused'
  | 'internal'
  | 'invalid-request'
  | 'method-change-guarded'
  | 'method-changes-barred'
  | 'method-needed'
  | 'not-found'
  | 'method-not-available'
  | 'pairing-invalid'
  | 'password-expired'
  | 'password-on-premises'
  | 'password-rejected'
  | 'password-submitted'
  | 'policy-invalid'
  | 'policy-version-mismatch'
  | 'rate-limited'
  | 'recovery-closed'
  | 'recovery-token-invalid'
  | 'second-factor-required'
  | 'session-invalid'
  | 'session-limited'
  | 'sign-in-failed'
  | 'superseded'
  | 'telecom-budget-exhausted'
  | 'too-many-devices'
  | 'unavailable'
  | 'unlock-limit'
  | 'unlock-not-allowed';

/** The extra members of a problem that the pages read. */
export interface ProblemDetails {
  /** RFC 3339, UTC */
  blockedUntil?: string;
  /** helpdesk page or mail address, when the organisation named one */
  contact?: string | null;
  supportCode?: string;
  /** why somebody who proved who they are cannot go on, in the words of an outcome */
  reason?: string;
  triesLeft?: number;
  reasons?: string[];
  /** with the reason `directory-policy`: what the directory asks for */
  rules?: DirectoryRules;
  changeToken?: string;
  /** the field that is not as it must be, and all of them */
  field?: string;
  errors?: { field: string }[];
  /** RFC 3339, UTC: when something may change again */
  until?: string;
  /** which rule a contact or an answer does not meet */
  why?: string;
}

/** The server understood and refused. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode | (string & {}),
    readonly details: ProblemDetails = {},
    /** from `Retry-After`, in seconds */
    readonly retryAfter?: number,
  ) {
    super(code);
  }
}

/** No answer came: offline, timed out, or a gateway answered in the server's place. The outcome is unknown. */
export class Unreachable extends Error {}

export type Failure = Problem | Unreachable;

export function asFailure(error: unknown): Failure {
  return error instanceof Problem || error instanceof Unreachable ? error : new Unreachable(String(error));
}

export function hasCode(error: unknown, ...codes: ProblemCode[]): error is Problem {
  return error instanceof Problem && (codes as string[]).includes(error.code);
}
