import { randomUUID } from 'node:crypto';
import { account } from '#libs/domain/account/account';
import type { RecoveryReason } from '#libs/domain/recovery/recovery.events';
import { recovery } from '#libs/domain/recovery/recovery';
import { load } from '#libs/eventstore/execute';
import type { World } from './worker-world';

/** A recovery of the world's account, past its gate: what remains is its point of no return. @returns its id */
export async function provedRecovery(world: World, reason: RecoveryReason): Promise<string> {
  const { accountId } = world;
  const now = world.clock.now().toISOString();
  const { epoch } = (await load(world.store, account, accountId)).state;
  const subject = { kind: 'account', accountId, origin: 'cloud', epoch } as const;
  const { recoveryId, challengeId } = await world.challenged(subject, reason);
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
