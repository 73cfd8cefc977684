import { Inject, Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { comparedWith } from '#libs/domain/account/credentials';
import { RuleViolation } from '#libs/domain/decider';
import {
  checkPassword,
  normalise,
  policyText,
  type PasswordPolicyText,
  type Reason,
} from '#libs/domain/passwords/password-rules';
import type { Policy } from '#libs/domain/tenant/policy';
import { EventStore } from '#libs/eventstore/event-store';
import { recall } from '#libs/eventstore/execute';
import { BreachedListUnavailable, type BreachedPasswords } from '#libs/runtime/breached-passwords';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { Tenants } from '../tenants/tenants.js';

export const breachedToken = 'keyturn/breached-passwords';

/** Whether a password may become somebody's. */
@Injectable()
export class PasswordChecks {
  constructor(
    private readonly store: EventStore,
    private readonly tenants: Tenants,
    private readonly vault: Vault,
    private readonly hasher: PasswordHasher,
    @Inject(breachedToken) private readonly breached: BreachedPasswords,
  ) {}

  /** What the page tells before anybody types: what `pass` goes by. */
  told({ passwords }: Pick<Policy, 'passwords'>): PasswordPolicyText {
    return policyText(passwords, this.breached.listed);
  }

  /** @throws RuleViolation password-rejected with every reason there is */
  async pass(accountId: string, password: string, occasion: 'change' | 'reset'): Promise<void> {
    const { state } = await recall(this.store, account, accountId);
    const { policy, organisation, domains } = await this.tenants.byId(state.tenantId);
    const labels = domains.map((domain) => domain.split('.')[0] ?? '');
    const names = [organisation, ...labels, ...(await this.#username(state))];
    const reasons: Reason[] = [...checkPassword(password, { rules: policy.passwords, names })];
    // What was disowned may be somebody else's by now.
    // A9: a list that cannot be read refuses, with `unavailable`; a password is never set unlooked-at.
    if (reasons.length === 0 && (await this.#isBreached(password))) reasons.push('breached');
    const remembers = occasion === 'change' || policy.passwords.historyOnReset || state.dispute !== null;
    // A change that changes nothing is none.
    const history = Math.max(occasion === 'change' ? 1 : 0, policy.passwords.history);
    if (reasons.length === 0 && remembers && (await this.#usedBefore(state, history, password))) {
      reasons.push('used-before');
    }
    if (reasons.length > 0) throw new RuleViolation('password-rejected', { reasons });
  }

  async #isBreached(password: string): Promise<boolean> {
    return this.breached.has(normalise(password)).catch((error: unknown) => {
      throw new BreachedListUnavailable(String(error));
    });
  }

  async #username({ username }: AccountState): Promise<string[]> {
    const name = username && (await this.vault.read(username, 'account/username'));
    return name ? [name.toString().split('@')[0]!] : [];
  }

  async #usedBefore(state: AccountState, history: number, password: string): Promise<boolean> {
    for (const { credential } of comparedWith(state, history)) {
      const hash = credential && (await this.vault.read(credential, 'account/password-hash'));
      if (hash && (await this.hasher.verify(hash.toString(), password))) return true;
    }
    return false;
  }
}
