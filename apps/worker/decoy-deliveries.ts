import type { DeliveryResult } from '#libs/domain/delivery/delivery';

export interface Observed {
  readonly ms: number;
  readonly result: DeliveryResult;
}

/**
 * A decoy has no address, yet its delivery must look like a real one: it takes as long as a real mail lately took, and
 * while the mail server is out of reach for everybody it is delayed like everybody's.
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
    const alike = this.#lately.filter((observed) => observed.result.kind === result.kind);
    const { ms } = alike[Math.floor(Math.random() * alike.length)]!;
    await new Promise((resume) => setTimeout(resume, ms));
    return result;
  }
}

const remembered = 32;

/** Troubles of the mail server itself; those of one mailbox say nothing about another. */
const sharedTroubles: ReadonlySet<string> = new Set([
  'server-not-ready',
  'sign-in-refused',
  'connection-refused',
  'connection-lost',
  'host-not-found',
  'tls-failed',
  'timed-out',
]);
