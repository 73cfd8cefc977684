import type { DeliveryResult } from '#libs/domain/delivery/delivery';
import type { Carrier, CarrierAnswer, OutgoingCall, TextMessage } from './carrier.js';

type Send = () => Promise<CarrierAnswer>;

/**
 * The carriers in order of preference. One that certainly sent nothing is passed over for the next; one that may have sent
 * ends the try. A further try is recorded as its own, carries the same, and begins with the next carrier.
 */
export class Telecom {
  /** Until when, by the process's own time, a carrier in trouble is asked last. */
  readonly #resting = new Map<string, number>();

  constructor(private readonly carriers: readonly Carrier[]) {}

  /** Milliseconds a try may take at most: a lease has to be longer. */
  get perTryMs(): number {
    return this.carriers.reduce((sum, { perTryMs }) => sum + perTryMs, 0);
  }

  sendText(message: TextMessage): Promise<DeliveryResult> {
    return this.#carry(
      message.ref.attempt,
      this.carriers.flatMap((carrier) =>
        carrier.sendText ? [[carrier.name, () => carrier.sendText!(message)] as const] : [],
      ),
    );
  }

  call(call: OutgoingCall): Promise<DeliveryResult> {
    return this.#carry(
      call.ref.attempt,
      this.carriers.flatMap((carrier) => (carrier.call ? [[carrier.name, () => carrier.call!(call)] as const] : [])),
    );
  }

  /** Closed by whoever opened it. */
  async close(): Promise<void> {
    await Promise.all(this.carriers.map((carrier) => carrier.close()));
  }

  async #carry(attempt: number, carriers: readonly (readonly [name: string, send: Send])[]): Promise<DeliveryResult> {
    const passedOver: { provider: string; reason: string }[] = [];
    const told = (provider: string) => ({ provider, ...(passedOver.length > 0 && { passedOver }) });
    let wait: number | undefined;
    for (const [provider, send] of this.#inTurn(attempt, carriers)) {
      const answer = await send();
      const code = 'code' in answer && answer.code !== undefined ? { providerCode: answer.code } : {};
      switch (answer.kind) {
        case 'accepted':
          this.#resting.delete(provider);
          return { kind: 'accepted', ...told(provider), ...(answer.ref && { providerRef: answer.ref }) };
        case 'refused':
          return { kind: 'refused', reason: answer.reason, ...told(provider), ...code };
        case 'unknown':
          return { kind: 'deferred', reason: 'unknown-outcome', ...told(provider), ...code };
        case 'not-taken':
          this.#resting.set(provider, performance.now() + restOf(answer));
          passedOver.push({ provider, reason: answer.reason });
          wait = Math.min(wait ?? Infinity, answer.retryAfterMs ?? 0);
      }
    }
    const last = passedOver.pop();
    if (!last) return { kind: 'refused', reason: 'no-provider' };
    return { kind: 'deferred', reason: last.reason, ...told(last.provider), ...(wait && { retryAfterMs: wait }) };
  }

  #inTurn<T>(attempt: number, carriers: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
    const first = (attempt - 1) % (carriers.length || 1);
    const turned = [...carriers.slice(first), ...carriers.slice(0, first)];
    const rests = ([name]: readonly [string, T]): boolean => (this.#resting.get(name) ?? 0) > performance.now();
    return [...turned.filter((carrier) => !rests(carrier)), ...turned.filter(rests)];
  }
}

/** Milliseconds a carrier is asked last: as long as it wants, or so that not every message waits in vain for it first. */
const restOf = ({ reason, retryAfterMs }: Extract<CarrierAnswer, { kind: 'not-taken' }>): number =>
  retryAfterMs ?? (reason === 'timed-out' ? 10_000 : 0);
