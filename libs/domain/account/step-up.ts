import { familyOf, servedMethods } from '../methods.js';
import type { Policy } from '../tenant/policy.js';
import { hours, isBefore, minutes, plus, type Instant } from '../time.js';
import type { AccountState } from './account.state.js';
import type { RegisteredMethod } from './registered-methods.js';
import { recovers } from './registrations.js';

/** A proof made within a session, with a method that was registered before. */
export interface SteppedUp {
  readonly contactRef: string;
  readonly at: Instant;
}

export type StepUpVerdict =
  | { readonly kind: 'passed' }
  /** One of these has to be proved; none: by signing in again. */
  | { readonly kind: 'required'; readonly options: readonly RegisteredMethod[] }
  /** Every method that could prove it is too new, or was used in a recent reset. */
  | { readonly kind: 'guarded'; readonly until: Instant };

interface Session {
  readonly startedAt: Instant;
  readonly steppedUp: SteppedUp | null;
}

/**
 * F13: whether this session may change how its owner is recognised. The first method needs no step-up; later ones need a
 * proof with an existing one within the last 10 minutes, and for some days after a reset one that was not used in it. The
 * password alone proves nothing here: it is what somebody else may have just set.
 */
export function stepUp(account: AccountState, session: Session, policy: Policy, now: Instant): StepUpVerdict {
  if (account.methods.length === 0) return { kind: 'passed' };
  const guard = guardAfterReset(account, policy, now);
  const { steppedUp } = session;
  if (steppedUp && isFresh(steppedUp.at, now) && !guard?.refs.includes(steppedUp.contactRef)) return { kind: 'passed' };
  const asking = account.methods.filter(({ method }) => asks(method, policy));
  const options = asking.filter((one) => recovers(one, now) && !guard?.refs.includes(one.contact.ref));
  if (options.length > 0) return { kind: 'required', options };
  if (guard) return { kind: 'guarded', until: guard.until };
  const cooling = asking.flatMap(({ recoversFrom }) => recoversFrom ?? []).sort()[0];
  if (cooling !== undefined) return { kind: 'guarded', until: cooling };
  // Nothing that is left can be asked here, such as security questions: then whoever just signed in is believed.
  return isFresh(session.startedAt, now) ? { kind: 'passed' } : { kind: 'required', options: [] };
}

/** How long a step-up counts. */
export const stepUpLastsMs = minutes(10);

const isFresh = (at: Instant, now: Instant): boolean => isBefore(now, plus(at, stepUpLastsMs));

const asks = (method: RegisteredMethod['method'], policy: Policy): boolean =>
  familyOf(method) !== 'questions' &&
  method !== 'app-notification' &&
  policy.methods.includes(method) &&
  servedMethods.includes(method);

/** The contacts that proved a recent reset prove no change: whoever took them over would keep the account. */
function guardAfterReset({ lastReset }: AccountState, { limits }: Policy, now: Instant) {
  if (!lastReset) return undefined;
  const until = plus(lastReset.at, hours(limits.methodChangeGuardHours));
  return isBefore(now, until) ? { until, refs: lastReset.provedWith } : undefined;
}
