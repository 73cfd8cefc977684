import type { PasswordRules } from '../tenant/policy.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import type { AccountState } from './account.state.js';
import type { Credentials } from './credentials.js';
import { existing } from './lifecycle.js';
import { requested, type Notice } from './notices.js';
import type { Part } from './part.js';

type ExpiryRules = Pick<PasswordRules, 'expiryDays' | 'warnDays'>;

export interface ExpiryWarnings {
  /** Whose end the owner was told of. */
  readonly warnedOf: string | null;
}

export interface ExpiryCommands {
  /** Once for each password, and only while its end is near. */
  WarnOfExpiry: { rules: ExpiryRules; notices: readonly Notice[]; now: Instant };
}

export interface ExpiryEvents {
  PasswordExpiryWarned: { accountId: string; credentialId: string; expiresAt: Instant; at: Instant };
}

export const noExpiryWarning: ExpiryWarnings = { warnedOf: null };

export const expiry: Part<ExpiryCommands, ExpiryEvents> = {
  decide: {
    WarnOfExpiry({ rules, notices, now: at }, state) {
      const accountId = existing(state);
      const expiresAt = expiresSoon(state, rules, at);
      if (!expiresAt || !state.credential || state.disabled) return [];
      const { credentialId } = state.credential;
      if (state.warnedOf === credentialId) return [];
      return [
        { type: 'PasswordExpiryWarned', data: { accountId, credentialId, expiresAt, at } },
        ...requested(
          notices.map((notice) => ({ ...notice, expiresAt, facts: { expiresAt } })),
          state,
          at,
        ),
      ];
    },
  },
  evolve: { PasswordExpiryWarned: (state, { credentialId }) => ({ ...state, warnedOf: credentialId }) },
};

/** @returns when the account's password stops opening anything but the page where it is changed; undefined: never */
export const passwordEndsAt = (
  { credential }: Pick<Credentials, 'credential'>,
  { expiryDays }: Pick<ExpiryRules, 'expiryDays'>,
): Instant | undefined => (credential && expiryDays > 0 ? plus(credential.at, hours(24 * expiryDays)) : undefined);

export function hasExpired(account: Pick<AccountState, 'credential'>, rules: ExpiryRules, now: Instant): boolean {
  const endsAt = passwordEndsAt(account, rules);
  return endsAt !== undefined && !isBefore(now, endsAt);
}

function expiresSoon(account: AccountState, rules: ExpiryRules, now: Instant): Instant | undefined {
  const endsAt = passwordEndsAt(account, rules);
  if (!endsAt || !isBefore(now, endsAt)) return undefined;
  return isBefore(now, plus(endsAt, -hours(24 * rules.warnDays))) ? undefined : endsAt;
}
