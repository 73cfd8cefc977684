import type { Refusal } from '../outcome.js';
import { familyOf, servedMethods, type Family, type Method } from '../methods.js';
import { enabledGroups } from '../tenant/groups.js';
import { inForce } from '../tenant/in-force.js';
import { planCovers } from '../tenant/plan.js';
import type { TenantState } from '../tenant/tenant.js';
import type { Instant } from '../time.js';
import type { AccountState } from './account.state.js';
import { openDispute } from './disputes.js';
import type { RegisteredMethod } from './registered-methods.js';
import { recovers } from './registrations.js';
import { sourceBlock, standingBlock } from './proofs.js';

export type Eligibility =
  | { readonly kind: 'eligible'; readonly gatesRequired: 1 | 2; readonly methods: readonly RegisteredMethod[] }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly methods: readonly RegisteredMethod[] }
  | { readonly kind: 'blocked'; readonly until: Instant };

export interface Facts {
  /** An agent of the tenant answered within the last 30 seconds. */
  readonly agentAlive: boolean;
  /** Keyed token of the asking client's address. */
  readonly source: string;
  readonly now: Instant;
  /** Methods whose challenges can be carried; those of this release unless told. */
  readonly served?: readonly Method[];
}

/** Whether this person may recover by themselves, in the order of product.md §2.4; the first obstacle is the answer. */
export function eligibility(account: AccountState, subscribed: TenantState, facts: Facts): Eligibility {
  const tenant = inForce(subscribed);
  const { policy } = tenant;
  const administrator = account.roles.length > 0;
  const gatesRequired = administrator ? 2 : policy.gatesRequired;
  const registered = usableMethods(account, tenant, gatesRequired, facts);
  const disputed = openDispute(account)?.families ?? [];
  const methods = registered.filter(({ method }) => !disputed.includes(familyOf(method)));
  const refuse = (reason: Refusal): Eligibility => ({ kind: 'refused', reason, methods });

  if (account.accountId === null) return refuse('unknown-user');
  if (account.disabled) return refuse('account-disabled');
  if (!administrator) {
    if (policy.enabledFor === 'none') return refuse('not-enabled-for-tenant');
    if (policy.enabledFor === 'selected') {
      const enabled = enabledGroups(tenant);
      if (!account.groups.some((group) => enabled.has(group))) return refuse('not-in-group');
    }
    if (!account.licensed || !planCovers(tenant.plan, account.origin, 'reset')) return refuse('no-licence');
  }
  const open = (some: readonly RegisteredMethod[]) =>
    !some.every(({ method }) => method === 'app-notification') && opens(some, gatesRequired, policy.questions.alone);
  if (!open(methods)) return refuse(open(registered) ? 'not-me' : 'too-few-methods');
  const unblocked = methods.filter(({ method }) => !standingBlock(account, familyOf(method), facts.now));
  const until = blockedUntil(account, methods, tenant, facts);
  if (until) return { kind: 'blocked', until };
  if (account.origin === 'hybrid') {
    // Without a link nobody knows whom to write to.
    if (!policy.writeback || !account.directoryUser) return refuse('on-premises-without-writeback');
    if (!facts.agentAlive) return refuse('writeback-unreachable');
  }
  return { kind: 'eligible', gatesRequired, methods: unblocked };
}

/** Until when the tries made so far keep these methods from filling the gates, whatever else is the matter. */
export function blockedUntil(
  account: AccountState,
  methods: readonly RegisteredMethod[],
  { policy }: TenantState,
  { source, now }: Pick<Facts, 'source' | 'now'>,
): Instant | undefined {
  const strangers = sourceBlock(account, source, policy.limits, now);
  if (strangers) return strangers.until;
  const unblocked = methods.filter(({ method }) => !standingBlock(account, familyOf(method), now));
  const gates = account.roles.length > 0 ? 2 : policy.gatesRequired;
  return opens(unblocked, gates, policy.questions.alone) ? undefined : firstRelease(account, methods, now);
}

function usableMethods(
  { methods, roles }: AccountState,
  { policy }: TenantState,
  gates: 1 | 2,
  { now, served = servedMethods }: Pick<Facts, 'now' | 'served'>,
): RegisteredMethod[] {
  const questionsMayCount = roles.length === 0 && (gates > 1 || policy.questions.alone);
  return methods.filter((one) => {
    const { method, by, methodId } = one;
    if (!policy.methods.includes(method) || !served.includes(method)) return false;
    if (method === 'security-questions' && !(questionsMayCount && areEnough(one, policy))) return false;
    if (!recovers(one, now)) return false;
    // One notification goes to all devices.
    if (method === 'app-notification' && methods.find((other) => other.method === method)?.methodId !== methodId)
      return false;
    return by === 'user' || by === 'import' || policy.directoryContactsCount;
  });
}

/** Two gates need two families; security questions alone open a gate only where the policy says so. */
function opens(methods: readonly RegisteredMethod[], gates: number, questionsAlone: boolean): boolean {
  const families = new Set<Family>(methods.map(({ method }) => familyOf(method)));
  if (families.size < gates) return false;
  return questionsAlone || gates > 1 || [...families].some((family) => family !== 'questions');
}

function firstRelease(account: AccountState, methods: readonly RegisteredMethod[], now: Instant): Instant {
  const ends = methods.flatMap(({ method }) => standingBlock(account, familyOf(method), now)?.until ?? []);
  return ends.sort()[0] ?? now;
}

/** Of more questions than somebody registered, none are asked. */
const areEnough = ({ questionCount }: RegisteredMethod, { questions }: TenantState['policy']): boolean =>
  questionCount === undefined || questionCount >= questions.toReset;
