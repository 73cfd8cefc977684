import { Injectable } from '@nestjs/common';
import { RuleViolation } from '#libs/domain/decider';
import type { SubmittedWriteback } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { plus, seconds } from '#libs/domain/time';
import type { VaultRef } from '#libs/domain/vault-ref';
import type { CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { normalise } from '#libs/domain/passwords/password-rules';
import { Agents } from '../agents/agents.js';
import { derivedId } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { SealWriteback } from '../writeback/seal-writeback.js';

export interface NewCredential {
  readonly credentialId: string;
  readonly credential: VaultRef;
  readonly writeback?: SubmittedWriteback;
}

/** How long after its submission an agent may begin to write it, milliseconds. */
const writebackMs = seconds(120);

/** Puts a chosen password into the vault before any event names it: its hash, or sealed for the customer's agents. */
@Injectable()
export class NewCredentials {
  constructor(
    private readonly tenants: Tenants,
    private readonly agents: Agents,
    private readonly sealing: SealWriteback,
    private readonly hasher: PasswordHasher,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation unavailable when no agent could carry it at present: nothing is changed */
  async prepare(state: RecoveryState, password: string, { commandId }: CommandContext): Promise<NewCredential> {
    const { subject, tenantId, recoveryId } = state;
    if (subject?.kind !== 'account') throw new RuleViolation('gates-not-passed');
    const { accountId, epoch } = subject;
    const credentialId = derivedId(commandId, 'credential');
    if (subject.origin === 'cloud') {
      const value = await this.hasher.hash(password);
      return {
        credentialId,
        credential: await this.vault.seal({ owner: accountId, place: 'account/password-hash', value }),
      };
    }
    const { doubleReset } = (await this.tenants.byId(tenantId ?? '')).policy;
    const { agents, userId, deadline } = await this.#reach(tenantId ?? '', accountId);
    const writebackId = derivedId(commandId, 'writeback');
    const info = { tenantId: tenantId ?? '', accountId, recoveryId, writebackId, userId, epoch: epoch + 1, deadline };
    const { sealed: credential, sealedFor } = await this.sealing.seal(normalise(password), info, agents);
    return { credentialId, credential, writeback: { writebackId, deadline, doubleReset, sealedFor } };
  }

  /** @returns undefined where the lock is ours. @throws RuleViolation unavailable */
  async prepareUnlock(state: RecoveryState, { commandId }: CommandContext): Promise<SubmittedWriteback | undefined> {
    const { subject, tenantId } = state;
    if (subject?.kind !== 'account' || subject.origin === 'cloud') return undefined;
    const { deadline } = await this.#reach(tenantId ?? '', subject.accountId);
    return { writebackId: derivedId(commandId, 'writeback'), deadline, doubleReset: false };
  }

  async #reach(tenantId: string, accountId: string) {
    const agents = await this.agents.live(tenantId);
    const userId = await this.agents.userIdOf(accountId);
    if (agents.length === 0 || userId === undefined) {
      throw new RuleViolation('unavailable', { retryAfterMs: seconds(30) });
    }
    return { agents, userId, deadline: plus(this.clock.now().toISOString(), writebackMs) };
  }
}
