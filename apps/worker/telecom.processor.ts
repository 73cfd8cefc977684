import type { Telecom } from '#libs/channels/telecom/telecom';
import { AttemptDelivery, type Attempted, type AttemptDeliveryHandler } from '#libs/commands/delivery/attempt-delivery';
import { RecordDelivery, type RecordDeliveryHandler } from '#libs/commands/delivery/record-delivery';
import type { DeliveryResult } from '#libs/domain/delivery/delivery';
import type { DeliveryJob } from '#libs/domain/jobs';
import { isBefore } from '#libs/domain/time';
import type { Clock } from '#libs/runtime/clock';
import { traced } from '#libs/runtime/tracing';
import { DecoyDeliveries } from './decoy-deliveries.js';
import type { PhoneMessages } from './phone-messages.js';

/** Carries one text message or call: begins a try if the stream still wants one, and records what became of it. */
export class TelecomProcessor {
  readonly #decoys = new DecoyDeliveries({ ms: 40, result: { kind: 'accepted' } });

  /** @param leaseMs milliseconds; how long nobody else tries */
  constructor(
    private readonly channel: 'sms' | 'voice',
    private readonly attempts: AttemptDeliveryHandler,
    private readonly records: RecordDeliveryHandler,
    private readonly messages: PhoneMessages,
    private readonly telecom: Telecom,
    private readonly clock: Clock,
    private readonly leaseMs: number,
  ) {
    const { perTryMs } = telecom;
    if (leaseMs <= perTryMs) {
      throw new Error(`A delivery's lease (${leaseMs} ms) must be longer than a try may take (${perTryMs} ms).`);
    }
  }

  process = (job: DeliveryJob, jobId: string): Promise<void> =>
    traced(`${this.channel} ${job.name}`, {}, () => this.#process(job, jobId));

  async #process(job: DeliveryJob, jobId: string): Promise<void> {
    const attempted = await this.attempts.execute(new AttemptDelivery(job, jobId, this.leaseMs));
    if (!attempted) return;
    const result = await this.#deliver(attempted);
    if (result) await this.records.execute(new RecordDelivery(attempted, result));
  }

  async #deliver(attempted: Attempted): Promise<DeliveryResult | undefined> {
    if (attempted.kind === 'challenge' && attempted.challenge.contact === null) return this.#decoys.deliver();
    const send = await this.#prepared(attempted);
    if (typeof send === 'string') return { kind: 'refused', reason: send };
    // Held up for so long that somebody else may be trying by now.
    if (!isBefore(this.clock.now().toISOString(), attempted.leaseUntil)) return undefined;
    return this.#decoys.observe(send);
  }

  async #prepared(attempted: Attempted): Promise<(() => Promise<DeliveryResult>) | string> {
    if (this.channel === 'sms') {
      const message = await this.messages.text(attempted);
      return typeof message === 'string' ? message : () => this.telecom.sendText(message);
    }
    const call = await this.messages.call(attempted);
    return typeof call === 'string' ? call : () => this.telecom.call(call);
  }
}
