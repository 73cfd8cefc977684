import type { Telecom } from '#libs/channels/telecom/telecom';
import { AttemptDelivery, type Attempted, type AttemptDeliveryHandler } from '#libs/commands/delivery/attempt-delivery';
import { RecordDelivery, type RecordDeliveryHandler } from '#libs/commands/delivery/record-delivery';
import type { TelecomBudget } from '#libs/commands/telecom/telecom-budget';
import type { DeliveryResult } from '#libs/domain/delivery/delivery';
import type { DeliveryJob } from '#libs/domain/jobs';
import { isBefore } from '#libs/domain/time';
import type { Clock } from '#libs/runtime/clock';
import { traced } from '#libs/runtime/tracing';
import { DecoyDeliveries } from './decoy-deliveries.js';
import type { DecoyReports } from './decoy-reports.js';
import type { PhoneMessages } from './phone-messages.js';

export interface TelecomParts {
  readonly channel: 'sms' | 'voice';
  readonly attempts: AttemptDeliveryHandler;
  readonly records: RecordDeliveryHandler;
  readonly messages: PhoneMessages;
  readonly telecom: Telecom;
  readonly budget: TelecomBudget;
  readonly decoyReports: DecoyReports | undefined;
  readonly clock: Clock;
  /** Milliseconds; how long nobody else tries. */
  readonly leaseMs: number;
}

/** Carries one text message or call: begins a try if the stream still wants one, and records what became of it. */
export class TelecomProcessor {
  readonly #decoys = new DecoyDeliveries({ ms: 40, result: { kind: 'accepted' } });

  constructor(private readonly parts: TelecomParts) {
    const { leaseMs, telecom } = parts;
    if (leaseMs <= telecom.perTryMs) {
      throw new Error(
        `A delivery's lease (${leaseMs} ms) must be longer than a try may take (${telecom.perTryMs} ms).`,
      );
    }
  }

  process = (job: DeliveryJob, jobId: string): Promise<void> =>
    traced(`${this.parts.channel} ${job.name}`, {}, () => this.#process(job, jobId));

  /** Reports of messages to nobody are not waited for. */
  close(): void {
    this.parts.decoyReports?.close();
  }

  async #process(job: DeliveryJob, jobId: string): Promise<void> {
    const { attempts, records, leaseMs } = this.parts;
    const attempted = await attempts.execute(new AttemptDelivery(job, jobId, leaseMs));
    if (!attempted) return;
    const result = await this.#deliver(attempted);
    if (!result) return;
    await records.execute(new RecordDelivery(attempted, result));
    if (isDecoy(attempted)) await this.parts.decoyReports?.expect(attempted, result);
  }

  async #deliver(attempted: Attempted): Promise<DeliveryResult | undefined> {
    const { budget, clock } = this.parts;
    const tenantId = tenantOf(attempted);
    if (isDecoy(attempted)) {
      return (await budget.isUsedUp(tenantId)) ? usedUp : this.#decoys.deliver();
    }
    const send = await this.#prepared(attempted);
    if (typeof send === 'string') return { kind: 'refused', reason: send };
    // Every try costs, also one whose outcome stays unknown.
    if (!(await budget.take(tenantId))) return usedUp;
    // Held up for so long that somebody else may be trying by now.
    if (!isBefore(clock.now().toISOString(), attempted.leaseUntil)) return undefined;
    return this.#decoys.observe(send);
  }

  async #prepared(attempted: Attempted): Promise<(() => Promise<DeliveryResult>) | string> {
    const { channel, messages, telecom } = this.parts;
    if (channel === 'sms') {
      const message = await messages.text(attempted);
      return typeof message === 'string' ? message : () => telecom.sendText(message);
    }
    const call = await messages.call(attempted);
    return typeof call === 'string' ? call : () => telecom.call(call);
  }
}

const isDecoy = (attempted: Attempted): boolean =>
  attempted.kind === 'challenge' && attempted.challenge.contact === null;

const usedUp: DeliveryResult = { kind: 'refused', reason: 'telecom-budget-exhausted' };

const tenantOf = (attempted: Attempted): string =>
  (attempted.kind === 'challenge' ? attempted.recovery.tenantId : attempted.request.tenantId) ?? '';
