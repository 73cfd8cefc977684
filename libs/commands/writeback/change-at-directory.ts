import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { WritebackFailure } from '#libs/domain/account/writebacks';
import { RuleViolation } from '#libs/domain/decider';
import { normalise } from '#libs/domain/passwords/password-rules';
import { seconds } from '#libs/domain/time';
import { writeback } from '#libs/domain/writeback/writeback';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { passwordChange } from '#libs/directory/protocol/password-change';
import { derivedId } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { Reach } from './reach.js';
import { SealWriteback } from './seal-writeback.js';
import { SettleWriteback, SettleWritebackHandler } from './settle-writeback.js';
import { verdictOf, type Verdict } from './verdict.js';

/** Milliseconds a request waits for the directory's word; repeated with its key it goes on waiting. */
const waitMs = 20_000;
const lookMs = 100;

/** A person who knows the old password changes it where it lies: the directory checks the old one and takes the new one. */
@Injectable()
export class ChangeAtDirectory {
  constructor(
    private readonly store: EventStore,
    private readonly tenants: Tenants,
    private readonly reach: Reach,
    private readonly sealing: SealWriteback,
    private readonly settle: SettleWritebackHandler,
    private readonly clock: Clock,
  ) {}

  /**
   * @param credentialId what the new password is called from then on
   * @returns the account once the directory has it
   * @throws RuleViolation password-rejected, sign-in-failed for a wrong old password, password-on-premises where nothing may
   *   be written, by us or by the agent; unavailable while nobody can say
   */
  async change(
    owner: AccountState,
    wish: { readonly currentPassword: string; readonly newPassword: string },
    credentialId: string,
    context: CommandContext,
  ): Promise<AccountState> {
    const accountId = owner.accountId ?? '';
    const writebackId = derivedId(context.commandId, 'writeback');
    if (!(await load(this.store, account, accountId)).commands.has(context.commandId)) {
      await this.#request(owner, wish, { writebackId, credentialId }, context);
    }
    const verdict = await this.#verdict(writebackId);
    await this.settle.execute(new SettleWriteback(writebackId));
    refuse(verdict);
    return (await load(this.store, account, accountId)).state;
  }

  async #request(
    owner: AccountState,
    { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
    named: { readonly writebackId: string; readonly credentialId: string },
    context: CommandContext,
  ): Promise<void> {
    const { tenantId, licensed, epoch } = owner;
    const accountId = owner.accountId ?? '';
    const { policy } = await this.tenants.byId(tenantId);
    if (!policy.writeback || !licensed) throw new RuleViolation('password-on-premises');
    const { agents, userId, deadline } = await this.reach.of(tenantId, accountId);
    // It comes from no recovery.
    const own = { ...named, recoveryId: named.writebackId };
    const info = { tenantId, accountId, ...own, userId, epoch: epoch + 1, deadline };
    const both = passwordChange(normalise(currentPassword), normalise(newPassword));
    const sealed = await this.sealing.seal(both, info, agents);
    const limits = policy.limits;
    const now = this.clock.now().toISOString();
    const data = { ...own, kind: 'change', ...sealed, doubleReset: false, deadline, epoch, limits, now } as const;
    await execute(this.store, account, accountId, { type: 'RequestWriteback', data }, context);
  }

  async #verdict(writebackId: string): Promise<Verdict | undefined> {
    for (let waited = 0; waited < waitMs; waited += lookMs) {
      const verdict = verdictOf((await load(this.store, writeback, writebackId)).state);
      if (verdict) return verdict;
      await sleep(lookMs);
    }
    return undefined;
  }
}

/** What stays as it is until an administrator of the directory has done something. */
const lasting: ReadonlySet<WritebackFailure> = new Set([
  'permission-denied',
  'protected',
  'disabled',
  'user-not-found',
]);

function refuse(verdict: Verdict | undefined): void {
  if (verdict?.kind === 'done') return;
  if (verdict?.kind === 'rejected') {
    throw new RuleViolation('password-rejected', { reasons: ['directory-policy'], rules: verdict.rules });
  }
  if (verdict?.result === 'wrong-password') throw new RuleViolation('sign-in-failed');
  if (verdict && lasting.has(verdict.result)) throw new RuleViolation('password-on-premises');
  throw new RuleViolation('unavailable', { retryAfterMs: seconds(5) });
}
