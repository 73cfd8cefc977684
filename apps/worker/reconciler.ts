import { ExpireRecovery, type ExpireRecoveryHandler } from '#libs/commands/recovery/expire-recovery';
import { SettleProof, type SettleProofHandler } from '#libs/commands/recovery/settle-proof';
import { TendWriteback, type TendWritebackHandler } from '#libs/commands/writeback/tend-writeback';
import type { DeliveryJob, Job } from '#libs/domain/jobs';
import type { OpenDeed } from '#libs/readmodels/open-deeds';
import type { Queues } from '#libs/runtime/queues';

export interface ReconcilerOptions {
  queues: Queues<Job>;
  expire: ExpireRecoveryHandler;
  settle: SettleProofHandler;
  /** Carries a submitted password through to its end. */
  completeReset: (recoveryId: string) => Promise<unknown>;
  /** Says of a disowned recovery that it did not succeed. */
  correctOutcome: (recoveryId: string) => Promise<unknown>;
  /** Tells the administrators what was raised at this revision of the account's stream. */
  carryAlert: (accountId: string, revision: number) => Promise<unknown>;
  expireProposal: (proposal: Extract<OpenDeed, { kind: 'proposal-expiry' }>['payload']) => Promise<unknown>;
  expirePass: (pass: Extract<OpenDeed, { kind: 'pass-expiry' }>['payload']) => Promise<unknown>;
  /** Gets a writeback on, or to its end. */
  tendWriteback: TendWritebackHandler;
  /** Tells the administrators that a month's telecom budget is low. */
  carryTelecomWarning: (tenantId: string, month: string) => Promise<unknown>;
}

/** Gets what was asked and neither done nor given up going again, whatever became of its job. */
export const reconciler =
  ({ queues, expire, settle, ...others }: ReconcilerOptions) =>
  async (deed: OpenDeed): Promise<void> => {
    switch (deed.kind) {
      case 'delivery': {
        const job = deliveryOf(deed);
        if ((await queues.queue(job.queue).counts()).waiting >= backlog) return;
        // A fresh id: the queue may still hold the old one, and would silently add nothing.
        return queues.queue(job.queue).add([{ id: `${job.data.deliveryId}-r${Date.now()}`, job }]);
      }
      case 'recovery-expiry':
        return expire.execute(new ExpireRecovery(deed.payload.recoveryId));
      case 'reset-completion':
        return void (await others.completeReset(deed.payload.recoveryId));
      case 'outcome-correction':
        return void (await others.correctOutcome(deed.payload.recoveryId));
      case 'proposal-expiry':
        return void (await others.expireProposal(deed.payload));
      case 'pass-expiry':
        return void (await others.expirePass(deed.payload));
      case 'writeback': {
        const { accountId, revision, writebackId } = deed.payload;
        return others.tendWriteback.execute(new TendWriteback(accountId, revision, writebackId));
      }
      case 'alert':
        return void (await others.carryAlert(deed.payload.accountId, deed.payload.revision));
      case 'telecom-warning':
        return void (await others.carryTelecomWarning(deed.payload.tenantId, deed.payload.month));
      case 'proof-settlement': {
        const { recoveryId, reservationId } = deed.payload;
        return settle.execute(new SettleProof(deed.stream, recoveryId, reservationId));
      }
    }
  };

/** With so many jobs waiting a deed is not lost but late, and one more job would only make it later. */
const backlog = 100;

function deliveryOf({ payload }: Extract<OpenDeed, { kind: 'delivery' }>): DeliveryJob {
  const { deliveryId, channel: queue } = payload;
  if ('recoveryId' in payload) {
    const { recoveryId } = payload;
    return { queue, name: 'deliver-challenge', data: { recoveryId, deliveryId } };
  }
  const { accountId, revision } = payload;
  return { queue, name: 'deliver-notice', data: { accountId, revision, deliveryId } };
}
