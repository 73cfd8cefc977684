import type { Attempted } from '#libs/commands/delivery/attempt-delivery';
import { ReceiveReceipt, type ReceiveReceiptHandler } from '#libs/commands/delivery/receive-receipt';
import type { DeliveryResult } from '#libs/domain/delivery/delivery';
import type { ReportChannel, ReportLags } from '#libs/runtime/report-lags';

/** A message to nobody is reported as one to somebody would be: as late, and by the same provider. */
export class DecoyReports {
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(
    private readonly channel: ReportChannel,
    private readonly lags: ReportLags,
    private readonly receipts: ReceiveReceiptHandler,
    private readonly onError: (error: Error) => void,
  ) {}

  async expect(attempted: Attempted, { kind, provider = '' }: DeliveryResult): Promise<void> {
    if (kind !== 'accepted' || attempted.kind !== 'challenge') return;
    const { recoveryId } = attempted.recovery;
    const { deliveryId, attempt } = attempted;
    const { ms, failure } = await this.lags.sample(this.channel);
    const result = failure === null ? ({ kind: 'delivered' } as const) : ({ kind: 'failed', reason: failure } as const);
    const receipt = new ReceiveReceipt({ kind: 'challenge', recoveryId, deliveryId, attempt }, result, provider);
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      this.receipts.execute(receipt).catch(this.onError);
    }, ms);
    this.#waiting.add(timer);
  }

  close(): void {
    this.#waiting.forEach((timer) => clearTimeout(timer));
  }
}
