import { randomUUID } from 'node:crypto';
import { account } from '#libs/domain/account/account';
import type { RecoveryReason } from '#libs/domain/recovery/recovery.events';
import { recovery } from '#libs/domain/recovery/recovery';
import { presets } from '#libs/domain/tenant/policy';
import { minutes, plus } from '#libs/domain/time';
import { load } from '#libs/eventstore/execute';
import type { World } from './worker-world';

/** A recovery of the world's account, past its gate: what remains is its point of no return. @returns its id */
export async function provedRecovery(world: World, reason: RecoveryReason): Promise<string> {
  const { tenantId, accountId, contact } = world;
  const recoveryId = randomUUID();
  const now = world.clock.now().toISOString();
  const { epoch } = (await load(world.store, account, accountId)).state;
  await world.execute(recovery, recoveryId, {
    type: 'StartRecovery',
    data: {
      recoveryId,
      tenantId,
      subject: { kind: 'account', accountId, origin: 'cloud', epoch },
      reason,
      canUnlock: reason === 'account-locked',
      supportCode: recoveryId.slice(0, 8),
      source: 'source',
      gatesRequired: 1,
      offers: [{ method: 'email', contact, confirmContact: false, hideDomain: true }],
      limits: presets.hardened.limits,
      policyVersion: 1,
      expiresAt: plus(now, minutes(15)),
      now,
    },
  });
  const { challengeId } = await world.challenge(recoveryId);
  const proof = { challengeId, reservationId: randomUUID(), reservedAt: now, correct: true, now };
  await world.execute(recovery, recoveryId, { type: 'SettleChallenge', data: proof });
  return recoveryId;
}

/** How the recovery closed: one entry for each time it did. */
export async function outcomes(world: World, recoveryId: string): Promise<[string, unknown][]> {
  const events = await world.store.readStream(`recovery-${recoveryId}`);
  return events
    .filter(({ data }) => 'outcome' in (data as object))
    .map(({ type, data }) => [type, (data as { outcome: unknown }).outcome]);
}
