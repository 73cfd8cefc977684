import { randomUUID } from 'node:crypto';
import type { Clock } from '#libs/runtime/clock';
import { Journal } from '../journal.js';

export interface CaughtText {
  id: string;
  from: string;
  /** E.164 */
  to: string;
  text: string;
  carrier: 'twilio' | 'smpp';
  /** ISO 8601 UTC */
  receivedAt: string;
}

export interface Spoken {
  /** BCP 47 */
  language: string;
  text: string;
}

export interface PhoneCall {
  callId: string;
  from: string;
  /** E.164 */
  to: string;
  state: 'ringing' | 'answered' | 'ended';
  /** Everything that was said so far. */
  spoken: Spoken[];
  startedAt: string;
}

/** Everybody's phones: the last text messages, and the calls that ring or rang. */
export class Phones {
  readonly #calls: PhoneCall[] = [];

  private constructor(
    private readonly clock: Clock,
    private readonly journal: Journal<CaughtText>,
  ) {}

  static async open(options: { clock: Clock; dataDir?: string | undefined; keep?: number }): Promise<Phones> {
    const { clock, dataDir, keep = 1_000 } = options;
    return new Phones(clock, await Journal.open({ dataDir, name: 'outside-texts.jsonl', keep }));
  }

  async receive(text: Pick<CaughtText, 'from' | 'to' | 'text' | 'carrier'>): Promise<void> {
    await this.journal.add({ id: randomUUID(), ...text, receivedAt: this.#now() });
  }

  ring(from: string, to: string): PhoneCall {
    const call: PhoneCall = { callId: randomUUID(), from, to, state: 'ringing', spoken: [], startedAt: this.#now() };
    this.#calls.push(call);
    if (this.#calls.length > 200) this.#calls.shift();
    return call;
  }

  call = (callId: string): PhoneCall | undefined => this.#calls.find((call) => call.callId === callId);

  /** Newest first. @param to one number, however it is written */
  texts = (to?: string, limit = 100): CaughtText[] => newest(this.journal.items, to, limit);
  calls = (to?: string, limit = 100): PhoneCall[] => newest(this.#calls, to, limit);

  /** Every number with what came to it. */
  numbers(): { number: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const { to } of [...this.journal.items, ...this.#calls]) counts.set(to, (counts.get(to) ?? 0) + 1);
    return [...counts].sort().map(([number, count]) => ({ number, count }));
  }

  async clear(): Promise<void> {
    this.#calls.length = 0;
    await this.journal.clear();
  }

  close = (): Promise<void> => this.journal.close();

  #now = (): string => this.clock.now().toISOString();
}

function newest<T extends { to: string }>(items: readonly T[], to: string | undefined, limit: number): T[] {
  const wanted = to && digits(to);
  return items
    .filter((item) => !wanted || digits(item.to) === wanted)
    .slice(-limit)
    .reverse();
}

const digits = (number: string): string => number.replace(/\D/g, '');
