import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AgentState } from '#libs/domain/agent/agent';
import type { PublicKey } from '#libs/domain/agent/agent.events';
import { keyedToken } from '#libs/vault/keyed-token';
import { Vault } from '#libs/vault/vault';
import { keyNamed } from './agent-keys.js';

type Use = 'identity' | 'sealing';

/** Whose key it is: an agent of another tenant is another agent. */
export type KeyHolder = Pick<AgentState, 'agentId' | 'tenantId'>;

/**
 * Agents' public keys lie in the log, and whoever can write there could put in one of their own, or call an agent of their
 * own tenant another's: have the next password sealed for it, or speak as the agent. So each carries a voucher, made with the
 * installation's key when the agent brought it over a request signed with its identity key, and a key without one counts for
 * nothing.
 */
@Injectable()
export class VouchedKeys {
  constructor(private readonly vault: Vault) {}

  /** @param key 32 bytes, base64url @throws RuleViolation invalid-request for anything else */
  async vouch(holder: KeyHolder, use: Use, key: string): Promise<PublicKey> {
    const named = keyNamed(key);
    return { ...named, voucher: await this.#voucher(holder, use, named) };
  }

  async isVouched(holder: KeyHolder, use: Use, key: PublicKey): Promise<boolean> {
    const [held, right] = [key.voucher ?? '', await this.#voucher(holder, use, key)].map((text) => Buffer.from(text));
    return held!.length === right!.length && timingSafeEqual(held!, right!);
  }

  async #voucher({ agentId, tenantId }: KeyHolder, use: Use, { keyId, key }: PublicKey): Promise<string> {
    return keyedToken(await this.vault.installationKey('agent-keys'), tenantId, agentId, use, keyId, key);
  }
}
