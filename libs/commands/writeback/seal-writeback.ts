import { Injectable } from '@nestjs/common';
import type { AgentState } from '#libs/domain/agent/agent';
import { minutes } from '#libs/domain/time';
import type { VaultRef } from '#libs/domain/vault-ref';
import type { SealedFor } from '#libs/domain/writeback/writeback.events';
import { sealPassword, type SealingInfo } from '#libs/directory/protocol/sealed-password';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { platformKey, type PlatformKey } from '../agents/platform-key.js';

/** Milliseconds a sealed password can be read. With the minute between two sweeps it is gone within ten. */
export const sealedMs = minutes(9);

export interface SealedValue {
  readonly sealed: VaultRef;
  readonly sealedFor: readonly SealedFor[];
}

/** Puts a password where only the tenant's agents can read it. */
@Injectable()
export class SealWriteback {
  #key: Promise<PlatformKey> | undefined;

  constructor(
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** @param agents those alive now; another one that comes later cannot open it */
  async seal(password: string, info: SealingInfo, agents: readonly AgentState[]): Promise<SealedValue> {
    this.#key ??= platformKey(this.vault);
    const { privateKey } = await this.#key;
    const able = agents.flatMap(({ agentId, sealingKey }) => (sealingKey ? [{ agentId, sealingKey }] : []));
    const keys = able.map(({ sealingKey }) => sealingKey);
    const sealed = await this.vault.seal({
      owner: info.accountId,
      place: 'account/sealed-password',
      value: JSON.stringify(await sealPassword(password, info, privateKey, keys)),
      expiresAt: new Date(this.clock.now().getTime() + sealedMs),
    });
    return { sealed, sealedFor: able.map(({ agentId, sealingKey: { keyId } }) => ({ agentId, keyId })) };
  }
}
