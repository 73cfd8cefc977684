import type { DeliveryResult as MailResult } from '#libs/channels/email/delivery-result';
import type { Mailer } from '#libs/channels/email/mailer';
import { AttemptDelivery, type Attempted, type AttemptDeliveryHandler } from '#libs/commands/delivery/attempt-delivery';
import { RecordDelivery, type RecordDeliveryHandler } from '#libs/commands/delivery/record-delivery';
import type { DeliveryResult } from '#libs/domain/delivery/delivery';
import type { DeliveryJob } from '#libs/domain/jobs';
import type { Clock } from '#libs/runtime/clock';
import { traced } from '#libs/runtime/tracing';
import { DecoyDeliveries } from './decoy-deliveries.js';
import type { Letters } from './letters.js';

/** Carries one mail: begins a try if the stream still wants one, sends, and records what became of it. */
export class EmailProcessor {
  readonly #decoys = new DecoyDeliveries();

  /** @param leaseMs milliseconds; how long nobody else tries */
  constructor(
    private readonly attempts: AttemptDeliveryHandler,
    private readonly records: RecordDeliveryHandler,
    private readonly letters: Letters,
    private readonly mailer: Mailer,
    private readonly clock: Clock,
    private readonly leaseMs: number,
  ) {
    const { perMailMs } = mailer.limits;
    if (leaseMs <= perMailMs) {
      throw new Error(`A delivery's lease (${leaseMs} ms) must be longer than a mail may take (${perMailMs} ms).`);
    }
  }

  process = (job: DeliveryJob, jobId: string): Promise<void> =>
    traced(`email ${job.name}`, {}, () => this.#process(job, jobId));

  async #process(job: DeliveryJob, jobId: string): Promise<void> {
    const attempted = await this.attempts.execute(new AttemptDelivery(job, jobId, this.leaseMs));
    if (!attempted) return;
    const result = await this.#deliver(attempted);
    if (result) await this.records.execute(new RecordDelivery(attempted, result));
  }

  async #deliver(attempted: Attempted): Promise<DeliveryResult | undefined> {
    if (attempted.kind === 'challenge' && attempted.challenge.contact === null) return this.#decoys.deliver();
    const mail = await this.letters.write(attempted);
    if (typeof mail === 'string') return { kind: 'refused', reason: mail };
    // Held up for so long that somebody else may be trying by now.
    const leftMs = Date.parse(attempted.leaseUntil) - this.clock.now().getTime();
    if (leftMs <= 0) return undefined;
    return this.#decoys.observe(async () => recordable(await this.mailer.send(mail, leftMs)));
  }
}

function recordable(result: MailResult): DeliveryResult {
  const code = result.smtpCode === undefined ? {} : { providerCode: result.smtpCode };
  return result.kind === 'accepted'
    ? { kind: 'accepted', ...code }
    : { kind: result.kind, reason: result.reason, ...code };
}
