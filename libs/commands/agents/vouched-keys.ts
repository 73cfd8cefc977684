import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PublicKey } from '#libs/domain/agent/agent.events';
import { keyedToken } from '#libs/vault/keyed-token';
import { Vault } from '#libs/vault/vault';
import { keyNamed } from './agent-keys.js';

type Use = 'identity' | 'sealing';

/**
 * Agents' public keys lie in the log, and whoever can write there could put in one of their own: have the next password
 * sealed for it, or speak as the agent. So each carries a voucher, made with the installation's key when the agent brought
 * it over a request signed with its identity key, and a key without one counts for nothing.
 */
@Injectable()
export class VouchedKeys {
  constructor(private readonly vault: Vault) {}

  /** @param key 32 bytes, base64url @throws RuleViolation invalid-request for anything else */
  async vouch(agentId: string, use: Use, key: string): Promise<PublicKey> {
    const named = keyNamed(key);
    return { ...named, voucher: await this.#voucher(agentId, use, named) };
  }

  async isVouched(agentId: string, use: Use, key: PublicKey): Promise<boolean> {
    const [held, right] = [key.voucher ?? '', await this.#voucher(agentId, use, key)].map((text) => Buffer.from(text));
    return held!.length === right!.length && timingSafeEqual(held!, right!);
  }

  async #voucher(agentId: string, use: Use, { keyId, key }: PublicKey): Promise<string> {
    return keyedToken(await this.vault.installationKey('agent-keys'), agentId, use, keyId, key);
  }
}
