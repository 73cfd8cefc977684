import type { DeliveryResult } from '#libs/domain/delivery/delivery';

export interface Observed {
  readonly ms: number;
  readonly result: DeliveryResult;
}

/**
 * A decoy has no address, yet its delivery must look like a real one: it takes as long as a real one lately took, and
 * while the mail server or provider is out of reach for everybody it is delayed like everybody's.
 */
export class DecoyDeliveries {
  readonly #lately: Observed[];

  /** @param first what a delivery looks like before any was seen */
  constructor(first: Observed = { ms: 15, result: { kind: 'accepted', providerCode: 250 } }) {
    this.#lately = [first];
  }

  /** Carries out a real delivery and remembers what it looked like. */
  async observe(deliver: () => Promise<DeliveryResult>): Promise<DeliveryResult> {
    const start = performance.now();
    const result = await deliver();
    if (result.kind === 'accepted' || sharedTroubles.has(result.reason)) {
      this.#lately.unshift({ ms: performance.now() - start, result });
      this.#lately.length = Math.min(this.#lately.length, remembered);
    }
    return result;
  }

  async deliver(): Promise<DeliveryResult> {
    const { result } = this.#lately[0]!;
    const similar = this.#lately.filter((observed) => observed.result.kind === result.kind);
    const { ms } = similar[Math.floor(Math.random() * similar.length)]!;
    await new Promise((resume) => setTimeout(resume, ms));
    const { providerRef: _, ...alike } = result;
    return alike;
  }
}

const remembered = 32;

/** Troubles of the server or provider itself; those of one mailbox or number say nothing about another. */
const sharedTroubles: ReadonlySet<string> = new Set([
  'server-not-ready',
  'sign-in-refused',
  'connection-refused',
  'connection-lost',
  'host-not-found',
  'tls-failed',
  'timed-out',
  'unknown-outcome',
  'rate-limited',
  'out-of-order',
  'provider-refused',
]);
