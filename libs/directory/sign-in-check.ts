import { PasswordPolicyControl, PasswordPolicyError } from 'ldapts';
import { answerOf, ldap as codes, troubleOf } from './directory-errors.js';
import type { DirectoryOptions } from './directory-options.js';
import { boundAs } from './directory-session.js';

/** `right`: the password is the person's, and lets them in. The others with `right` before them: it is, and does not. */
export type SignInVerdict =
  | { readonly kind: 'right' | 'right-but-expired' | 'right-but-must-change' }
  | { readonly kind: 'wrong' | 'locked' | 'disabled' }
  /** Not asked: the directory's own lock is too near. */
  | { readonly kind: 'held-back' }
  | { readonly kind: 'unreachable'; readonly trouble: string };

/** Asks the directory by signing in. A wrong password counts towards the directory's own lock. */
export async function checkSignIn(options: DirectoryOptions, dn: string, password: string): Promise<SignInVerdict> {
  if (password === '') return { kind: 'wrong' };
  const policy = options.kind === 'openldap' ? new PasswordPolicyControl() : undefined;
  try {
    await boundAs(options, dn, password, () => Promise.resolve(), policy);
    return policy?.value?.error === PasswordPolicyError.ChangeAfterReset
      ? { kind: 'right-but-must-change' }
      : { kind: 'right' };
  } catch (error) {
    const answer = answerOf(error);
    if (answer?.code !== codes.invalidCredentials) return { kind: 'unreachable', trouble: troubleOf(error) };
    if (policy?.value?.error === PasswordPolicyError.AccountLocked) return { kind: 'locked' };
    if (policy?.value?.error === PasswordPolicyError.PasswordExpired) return { kind: 'right-but-expired' };
    return { kind: reasons[answer.bindReason ?? ''] ?? 'wrong' };
  }
}

/** Active Directory's reasons for a refused bind; those of a right password are told apart from a wrong one's. */
const reasons: Readonly<Record<string, Exclude<SignInVerdict['kind'], 'unreachable' | 'right'>>> = {
  '532': 'right-but-expired',
  '773': 'right-but-must-change',
  '533': 'disabled',
  '701': 'disabled',
  '775': 'locked',
};
