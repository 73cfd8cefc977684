import { Injectable } from '@nestjs/common';
import type { CarriedCode } from '#libs/domain/account/notices';
import type { VaultRef } from '#libs/domain/vault-ref';
import { deriveCode, deriveNumber } from '#libs/vault/derived-code';
import { Vault } from '#libs/vault/vault';
import { twoWords, wordBits } from '../helpdesk/words/two-words.js';

interface Owner {
  readonly tenantId: string;
  readonly accountId: string;
}

/** The code that a notice carries, the same whenever it is asked for: to send it, to send it again, to compare it. */
@Injectable()
export class CarriedCodes {
  constructor(private readonly vault: Vault) {}

  /** @returns undefined once the key of its day is destroyed */
  async of({ tenantId, accountId }: Owner, contact: VaultRef, code: CarriedCode): Promise<string | undefined> {
    const { keyId, digits, words, purpose, subjectId } = code;
    const key = await this.vault.dayKeyById(keyId);
    if (!key) return undefined;
    const parts = { tenantId, accountId, recoveryId: '', challengeId: subjectId, method: 'notice', purpose };
    const bound = { ...parts, contactRef: contact.ref };
    if (words) return twoWords(deriveNumber(key, bound, wordBits), words);
    return deriveCode(key, { ...bound, digits });
  }
}
