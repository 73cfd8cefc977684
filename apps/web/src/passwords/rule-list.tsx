import type { PasswordPolicy } from '../api/contract.js';
import type { Messages } from '../messages/en.js';
import { useMessages } from '../messages/language.js';
import { CheckIcon } from '../ui/icons.js';
import type { RuleCheck } from './rules.js';

/** The rules with the state of each, for eyes and, as words, for a screen reader. */
export function RuleList({ id, checks, policy }: { id: string; checks: RuleCheck[]; policy: PasswordPolicy }) {
  const t = useMessages();
  const also = policy.alsoRefused.flatMap((reason) => t.password.also[reason] ?? []);
  return (
    <div className="rules" id={id}>
      <p>{t.password.rules}</p>
      <ul>
        {checks.map(({ rule, met }) => (
          <li key={rule} className={met ? 'met' : undefined}>
            <span className="rule-mark">{met && <CheckIcon />}</span>
            {textOf(rule, policy, t)}
            <span className="visually-hidden">: {met ? t.password.ruleMet : t.password.ruleOpen}</span>
          </li>
        ))}
      </ul>
      {also.length > 0 && <p className="rules-also">{t.password.alsoRefused(also)}</p>}
    </div>
  );
}

function textOf(rule: RuleCheck['rule'], policy: PasswordPolicy, t: Messages): string {
  switch (rule) {
    case 'length':
      return t.password.ruleLength(policy.minLength);
    case 'max-length':
      return t.password.ruleMaxLength(policy.maxLength);
    case 'classes':
      return t.password.ruleClasses(policy.minClasses);
    case 'name':
      return t.password.ruleName;
  }
}
