import { RuleViolation } from '../decider.js';
import { familyOf } from '../methods.js';
import { methodsOn } from './in-force.js';
import type { Plan } from './plan.js';
import type { Policy } from './policy.js';
import { fields, valueAt } from './policy-shape.js';

/**
 * The policy as the plan carries it: calls are left out where it has none.
 * @param before the policy in force: a value that an earlier release took is refused only where it is new
 * @throws RuleViolation policy-invalid for one that no recovery could pass, or that protects nobody
 */
export function lawful(wanted: Policy, plan: Plan, trial: boolean, before?: Policy): Policy {
  const policy = { ...wanted, methods: methodsOn(plan, trial, wanted) };
  for (const [field, why] of objections(policy, before)) throw new RuleViolation('policy-invalid', { field, why });
  return policy;
}

type Objection = readonly [field: string, why: string];

function* objections(policy: Policy, before?: Policy): Iterable<Objection> {
  for (const { path, check } of fields) {
    const value = valueAt(policy, path);
    if (before && JSON.stringify(value) === JSON.stringify(valueAt(before, path))) continue;
    const why = check.isOf(value) ? check.objection(value as never) : 'is of another kind';
    if (why) yield [path, why];
  }
  yield* contradictions(policy);
}

/** What each field allows and all of them together do not. */
function* contradictions(policy: Policy): Iterable<Objection> {
  const { enabledFor, gatesRequired, groups, methods, questions } = policy;
  if (methods.length === 0) yield ['methods', 'at least one method must be allowed'];
  if (methods.every((method) => method === 'app-notification')) {
    yield ['methods', 'app-notification cannot be the only method'];
  }
  if (!questions.alone && methods.every((method) => method === 'security-questions')) {
    yield ['methods', 'security questions alone open no gate'];
  }
  if (new Set(methods.map(familyOf)).size < gatesRequired) {
    yield ['gatesRequired', 'two gates need two method families'];
  }
  if (enabledFor === 'selected' && groups.length === 0) {
    yield ['groups', 'name at least one group, or choose "none" or "all"'];
  }
  if (questions.toReset > questions.toRegister) {
    yield ['questions.toReset', 'no more questions can be asked than are registered'];
  }
}
