import { Injectable } from '@nestjs/common';
import type { Challenge, RecoveryState } from '#libs/domain/recovery/recovery.state';
import { deriveCode } from '#libs/vault/derived-code';
import { Vault } from '#libs/vault/vault';

/** The code of a challenge, the same whenever it is asked for: to send it, to send it again, to compare it. */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly vault: Vault) {}

  /** The number that the portal shows, to be typed on a notified device. Of a decoy as well: it looks alike. */
  async shown(state: RecoveryState, challenge: Challenge): Promise<string | undefined> {
    return challenge.method === 'app-notification' ? this.of(state, challenge) : undefined;
  }

  /** @returns undefined once the key of the challenge's day is destroyed */
  async of({ tenantId, recoveryId, subject }: RecoveryState, challenge: Challenge): Promise<string | undefined> {
    const key = await this.vault.dayKeyById(challenge.keyId);
    if (!key) return undefined;
    const accountId = subject?.kind === 'decoy' ? (subject.accountId ?? subject.token) : subject?.accountId;
    return deriveCode(key, {
      tenantId: tenantId ?? '',
      accountId: accountId ?? '',
      recoveryId,
      challengeId: challenge.challengeId,
      method: challenge.method,
      contactRef: challenge.contact?.ref ?? '',
      digits: challenge.digits,
      purpose: challenge.method === 'app-notification' ? 'number-matching' : 'recovery',
    });
  }
}
