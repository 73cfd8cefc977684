import type { PushSubscription } from '#libs/channels/push/push-services';
import type { PushResult, WebPush } from '#libs/channels/push/web-push';
import { AttemptDelivery, type Attempted, type AttemptDeliveryHandler } from '#libs/commands/delivery/attempt-delivery';
import { RecordDelivery, type RecordDeliveryHandler } from '#libs/commands/delivery/record-delivery';
import { askApproval } from '#libs/commands/devices/ask-approval';
import { forgetPush } from '#libs/commands/devices/forget-push';
import { devicesOf, type Device } from '#libs/domain/account/devices';
import type { DeliveryResult } from '#libs/domain/delivery/delivery';
import type { DeliveryJob } from '#libs/domain/jobs';
import type { EventStore } from '#libs/eventstore/event-store';
import type { Clock } from '#libs/runtime/clock';
import { traced } from '#libs/runtime/tracing';
import type { Vault } from '#libs/vault/vault';
import { DecoyDeliveries } from './decoy-deliveries.js';

interface Parts {
  readonly attempts: AttemptDeliveryHandler;
  readonly records: RecordDeliveryHandler;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Without it devices hear of an approval over their open connection alone. */
  readonly webPush: WebPush | undefined;
  /** Milliseconds; how long nobody else tries. */
  readonly leaseMs: number;
}

/** Puts one challenge before the devices of its account and wakes those that named a push service. */
export class PushProcessor {
  readonly #decoys = new DecoyDeliveries({ ms: 5, result: { kind: 'accepted' } });

  constructor(private readonly parts: Parts) {}

  process = (job: DeliveryJob, jobId: string): Promise<void> =>
    traced(`push ${job.name}`, {}, () => this.#process(job, jobId));

  async #process(job: DeliveryJob, jobId: string): Promise<void> {
    const { attempts, records, leaseMs } = this.parts;
    const attempted = await attempts.execute(new AttemptDelivery(job, jobId, leaseMs));
    if (attempted) await records.execute(new RecordDelivery(attempted, await this.#deliver(attempted)));
  }

  async #deliver(attempted: Attempted): Promise<DeliveryResult> {
    if (attempted.kind === 'notice') return { kind: 'refused', reason: 'no-device' };
    const { challenge, recovery, context } = attempted;
    const accountId = recovery.subject?.accountId;
    if (challenge.contact === null || accountId === undefined) return this.#decoys.deliver();
    const { challengeId, expiresAt } = challenge;
    return this.#decoys.observe(async () => {
      const asked = { recoveryId: recovery.recoveryId, challengeId, expiresAt };
      const owner = await askApproval(this.parts, accountId, asked, context);
      const devices = devicesOf(owner);
      if (devices.length === 0) return { kind: 'refused', reason: 'no-device' };
      const results = await Promise.all(devices.map((device) => this.#wake(accountId, device, expiresAt)));
      return summary(results.filter((result) => result !== undefined));
    });
  }

  /** @returns undefined for a device that no push service wakes */
  async #wake(accountId: string, { deviceId, push }: Device, expiresAt: string): Promise<PushResult | undefined> {
    const { webPush, vault, clock } = this.parts;
    const stored = push && webPush && (await vault.read(push, 'account/device-push'));
    if (!stored) return undefined;
    const seconds = Math.max(1, Math.ceil((Date.parse(expiresAt) - clock.now().getTime()) / 1000));
    const result = await webPush.wake(JSON.parse(stored.toString()) as PushSubscription, seconds);
    if (result.kind !== 'gone') return result;
    await forgetPush(this.parts, accountId, deviceId, push);
    return undefined;
  }
}

/** One device reached is enough; and where none has a push service, the approval waits for their next look. */
function summary(results: readonly PushResult[]): DeliveryResult {
  const worst = results.find(({ kind }) => kind === 'deferred') ?? results[0];
  const code = worst?.status === undefined ? {} : { providerCode: worst.status };
  if (!worst || !('reason' in worst) || results.some(({ kind }) => kind === 'accepted'))
    return { kind: 'accepted', ...code };
  return { kind: worst.kind, reason: worst.reason, ...code };
}
