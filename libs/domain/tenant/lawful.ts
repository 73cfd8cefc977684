import { RuleViolation } from '../decider.js';
import { familyOf } from '../methods.js';
import { planAllowsCalls, type Plan } from './plan.js';
import type { Limits, Policy } from './policy.js';

/**
 * The policy as the plan carries it: calls are left out where it has none.
 * @throws RuleViolation policy-invalid for one that no recovery could pass, or that protects nobody
 */
export function lawful(wanted: Policy, plan: Plan, trial: boolean): Policy {
  const policy = planAllowsCalls(plan, trial) ? wanted : withoutCalls(wanted);
  for (const [field, why] of objections(policy)) throw new RuleViolation('policy-invalid', { field, why });
  return policy;
}

type Objection = readonly [field: string, why: string];

function* objections({
  enabledFor,
  gatesRequired,
  groups,
  limits,
  methods,
  passwords,
  preset,
}: Policy): Iterable<Objection> {
  if (methods.length === 0) yield ['methods', 'at least one method must be allowed'];
  if (methods.every((method) => method === 'app-notification')) {
    yield ['methods', 'app-notification cannot be the only method'];
  }
  if (preset !== 'entra' && methods.every((method) => method === 'security-questions')) {
    yield ['methods', 'security questions alone open no gate'];
  }
  if (new Set(methods.map(familyOf)).size < gatesRequired)
    yield ['gatesRequired', 'two gates need two method families'];
  if (enabledFor === 'selected' && groups.length === 0) {
    yield ['groups', 'name at least one group, or choose "none" or "all"'];
  }
  for (const name of Object.keys(limits) as (keyof Limits)[]) {
    if (!isWithin(limits[name], least[name] ?? 1, 1_000_000))
      yield [`limits.${name}`, 'must be a whole number of at least 1'];
  }
  const { minimumLength, maximumLength, bannedWords } = passwords;
  if (!isWithin(minimumLength, 8, 64)) yield ['passwords.minimumLength', 'must be 8 to 64'];
  if (!isWithin(maximumLength, 64, 256)) yield ['passwords.maximumLength', 'must be 64 to 256'];
  if (bannedWords.length > 1_000) yield ['passwords.bannedWords', 'at most 1 000 words'];
  if (!bannedWords.every((word) => isWithin([...word].length, 4, 32))) {
    yield ['passwords.bannedWords', 'each word needs 4 to 32 characters'];
  }
}

/** Waiting may be switched off; counting may not. */
const least: Partial<Record<keyof Limits, number>> = {
  minutesBetweenCalls: 0,
  coolingOffHours: 0,
  methodChangeGuardHours: 0,
};

const withoutCalls = (policy: Policy): Policy => ({
  ...policy,
  methods: policy.methods.filter((method) => method !== 'mobile-call' && method !== 'office-call'),
});

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;
