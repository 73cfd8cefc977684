import type { PasswordPolicy } from '../api/contract.js';

/** What the browser can say about a password before it is submitted; the server has the last word. */
export interface RuleCheck {
  rule: 'length' | 'max-length' | 'classes' | 'name';
  met: boolean;
}

/** One check per rule; none while the policy is unknown, for a wrong rule is worse than none. */
export function checkRules(typed: string, policy: PasswordPolicy | undefined, username: string): RuleCheck[] {
  if (!policy) return [];
  const password = typed.normalize('NFC');
  const length = [...password].length;
  const name = username.split('@')[0]!.normalize('NFKC').toLowerCase();
  const checks: RuleCheck[] = [{ rule: 'length', met: length >= policy.minLength }];
  if (length > policy.maxLength) checks.push({ rule: 'max-length', met: false });
  if (policy.minClasses > 1) checks.push({ rule: 'classes', met: classesOf(password) >= policy.minClasses });
  if (name.length >= 4) {
    checks.push({ rule: 'name', met: length > 0 && !password.normalize('NFKC').toLowerCase().includes(name) });
  }
  return checks;
}

function classesOf(password: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u].filter((kind) => kind.test(password)).length;
}
