import { Injectable } from '@nestjs/common';
import type { AgentState } from '#libs/domain/agent/agent';
import type { VaultRef } from '#libs/domain/vault-ref';
import { sealPassword, type SealingInfo } from '#libs/directory/protocol/sealed-password';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { platformKey, type PlatformKey } from '../agents/platform-key.js';

/** Milliseconds a sealed password lies in the vault at most. */
export const sealedMs = 10 * 60_000;

/** Puts a password where only the tenant's agents can read it. */
@Injectable()
export class SealWriteback {
  #key: Promise<PlatformKey> | undefined;

  constructor(
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** @param agents those alive now; another one that comes later cannot open it */
  async seal(password: string, info: SealingInfo, agents: readonly AgentState[]): Promise<VaultRef> {
    this.#key ??= platformKey(this.vault);
    const { privateKey } = await this.#key;
    const keys = agents.flatMap(({ sealingKey }) => (sealingKey ? [sealingKey] : []));
    const sealed = await sealPassword(password, info, privateKey, keys);
    return this.vault.seal({
      owner: info.accountId,
      place: 'account/sealed-password',
      value: JSON.stringify(sealed),
      expiresAt: new Date(this.clock.now().getTime() + sealedMs),
    });
  }
}
