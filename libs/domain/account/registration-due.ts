import { familyOf } from '../methods.js';
import type { Policy } from '../tenant/policy.js';
import { hours, isBefore, later, plus, type Instant } from '../time.js';
import type { AccountState } from './account.state.js';

export type RegistrationDue = 'register-methods' | 'reconfirm-methods';

/** What somebody who just signed in is asked to do about their methods; nothing when all is well. */
export function registrationDue(account: AccountState, policy: Policy, now: Instant): RegistrationDue | undefined {
  if (needsApp(account)) return 'register-methods';
  const { required, skippable, reconfirmDays } = policy.registration;
  if (!required || !concerns(account, policy)) return undefined;
  const { registrationSkippedAt: skippedAt } = account;
  if (skippable && skippedAt !== null && isBefore(now, plus(skippedAt, snoozeMs))) return undefined;
  if (missingFamilies(account, policy) > 0) return 'register-methods';
  if (reconfirmDays === 0) return undefined;
  return isBefore(now, plus(confirmedAt(account), hours(24 * reconfirmDays))) ? undefined : 'reconfirm-methods';
}

/** A role signs in with an app as well; without one its session is good for registering it alone. */
export const needsApp = ({ roles, methods }: AccountState): boolean =>
  roles.length > 0 && !methods.some(({ method }) => method === 'app-code');

/** How many more method families somebody needs before they could recover. */
export function missingFamilies({ methods, roles }: AccountState, policy: Policy): number {
  const gates = roles.length > 0 ? 2 : policy.gatesRequired;
  const questionsCount = roles.length === 0 && (gates > 1 || policy.questions.alone);
  const counting = methods.filter(
    ({ method, by }) =>
      policy.methods.includes(method) &&
      (method !== 'security-questions' || questionsCount) &&
      (by === 'user' || by === 'import' || policy.directoryContactsCount),
  );
  return Math.max(0, gates - new Set(counting.map(({ method }) => familyOf(method))).size);
}

/** Whoever could not reset anyway is not asked to prepare for it; administrators always are. */
const concerns = ({ roles, groups }: AccountState, { enabledFor, groups: enabled }: Policy): boolean =>
  roles.length > 0 ||
  enabledFor === 'all' ||
  (enabledFor === 'selected' && groups.some((one) => enabled.includes(one)));

/** Registering says as much as confirming: the latest of both counts. */
const confirmedAt = ({ methods, methodsConfirmedAt }: AccountState): Instant =>
  methods.reduce((latest, { at }) => (latest === '' ? at : later(latest, at)), methodsConfirmedAt ?? '');

/** Put off, it is asked again at the first sign-in a day later. */
const snoozeMs = hours(24);
