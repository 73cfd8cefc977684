import type { AccountState } from '#libs/domain/account/account.state';
import { needsApp, registrationDue } from '#libs/domain/account/registration-due';
import type { SessionLimit } from '#libs/domain/session/session';
import type { Policy } from '#libs/domain/tenant/policy';
import type { Instant } from '#libs/domain/time';
import type { NextStep } from './open-session.js';

export interface FirstThing {
  readonly next: NextStep;
  /** The session is good for nothing else until that is done. */
  readonly limitedTo?: SessionLimit;
}

/** What somebody who has just signed in should do first, the most urgent thing; undefined: whatever they like. */
export function firstThing(account: AccountState, policy: Policy, now: Instant): FirstThing | undefined {
  if (account.mustChange) return { next: 'change-password', limitedTo: 'change-password' };
  if (needsApp(account)) return { next: 'register-methods', limitedTo: 'register-methods' };
  const due = registrationDue(account, policy, now);
  return due && { next: due };
}
