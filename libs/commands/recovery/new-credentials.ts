import { Injectable } from '@nestjs/common';
import { RuleViolation } from '#libs/domain/decider';
import type { SubmittedWriteback } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import type { VaultRef } from '#libs/domain/vault-ref';
import type { CommandContext } from '#libs/eventstore/execute';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { normalise } from '#libs/domain/passwords/password-rules';
import { derivedId } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { Reach } from '../writeback/reach.js';
import { SealWriteback } from '../writeback/seal-writeback.js';

export interface NewCredential {
  readonly credentialId: string;
  readonly credential: VaultRef;
  readonly writeback?: SubmittedWriteback;
}

/** Puts a chosen password into the vault before any event names it: its hash, or sealed for the customer's agents. */
@Injectable()
export class NewCredentials {
  constructor(
    private readonly tenants: Tenants,
    private readonly reach: Reach,
    private readonly sealing: SealWriteback,
    private readonly hasher: PasswordHasher,
    private readonly vault: Vault,
  ) {}

  /**
   * @throws RuleViolation password-on-premises where the organisation writes to its directory no longer, unavailable when no
   *   agent could carry it at present: nothing is changed
   */
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
    const doubleReset = await this.#writesTwice(tenantId);
    const { agents, userId, deadline } = await this.reach.of(tenantId ?? '', accountId);
    const writebackId = derivedId(commandId, 'writeback');
    const info = { tenantId: tenantId ?? '', accountId, recoveryId, writebackId, userId, epoch: epoch + 1, deadline };
    const { sealed: credential, sealedFor } = await this.sealing.seal(normalise(password), info, agents);
    return { credentialId, credential, writeback: { writebackId, deadline, doubleReset, sealedFor } };
  }

  /** @returns undefined where the lock is ours. @throws RuleViolation password-on-premises, unavailable */
  async prepareUnlock(state: RecoveryState, { commandId }: CommandContext): Promise<SubmittedWriteback | undefined> {
    const { subject, tenantId } = state;
    if (subject?.kind !== 'account' || subject.origin === 'cloud') return undefined;
    await this.#writesTwice(tenantId);
    const { deadline } = await this.reach.of(tenantId ?? '', subject.accountId);
    return { writebackId: derivedId(commandId, 'writeback'), deadline, doubleReset: false };
  }

  /** Looked at when it is about to be written, whatever held when the recovery began. */
  async #writesTwice(tenantId: string | null): Promise<boolean> {
    const { writeback, doubleReset } = (await this.tenants.byId(tenantId ?? '')).policy;
    if (!writeback) throw new RuleViolation('password-on-premises');
    return doubleReset;
  }
}
