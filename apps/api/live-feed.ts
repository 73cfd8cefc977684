import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { RuleViolation } from '#libs/domain/decider';
import { type EventStore } from '#libs/eventstore/event-store';
import { subscribe } from '#libs/eventstore/subscription';
import type { Clock } from '#libs/runtime/clock';

type Listener = () => void;

/** One thing as a reader sees it now. */
export interface Look<View> {
  readonly view: View;
  /** Where its changes are written. */
  readonly streams: readonly string[];
  /** When time alone changes it next. */
  readonly until?: string | undefined;
  /** Nothing comes after this. */
  readonly last: boolean;
}

interface FeedOptions {
  /** Which streams the feed can follow, by the beginnings of their names. */
  readonly prefixes: readonly string[];
  /** The name of its server-sent events. */
  readonly event: string;
}

/** A comment line now and then keeps proxies from closing a quiet stream. */
const heartbeatMs = 15_000;
/** Between two looks at the clock. */
const tickMs = 500;
/** How long the subscription outlives its last reader. */
const lingerMs = 30_000;
/** Connections about one thing at a time: more pages than anybody has open. */
const connectionsEach = 10;
/** Milliseconds before an interrupted subscription begins anew, doubled each time it hears nothing. */
const pauses = { first: 100, longest: 5_000 };

/** Tells open pages that what they show has changed. One subscription serves them all, and none while nobody looks. */
export class LiveFeed<View extends object> {
  readonly #listeners = new Map<string, Set<Listener>>();
  #subscription: AbortController | undefined;
  #lingering: NodeJS.Timeout | undefined;
  readonly #stopped = new AbortController();
  /** How many connections there are about each thing. */
  readonly #open = new Map<string, number>();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly options: FeedOptions,
  ) {}

  /** Answers when the reader has gone or the last view was shown. @throws RuleViolation rate-limited */
  async stream(id: string, reply: FastifyReply, look: () => Promise<Look<View>>): Promise<void> {
    const open = this.#open.get(id) ?? 0;
    if (open >= connectionsEach) throw new RuleViolation('rate-limited', { retryAfterMs: heartbeatMs });
    this.#open.set(id, open + 1);
    const closed = new AbortController();
    reply.raw.on('close', () => closed.abort());
    if (this.#stopped.signal.aborted) closed.abort();
    this.#stopped.signal.addEventListener('abort', () => closed.abort(), { signal: closed.signal });
    try {
      await this.#serve(reply, look, closed.signal);
    } finally {
      closed.abort();
      this.#leave(id);
    }
  }

  close(): void {
    this.#stopped.abort();
    this.#subscription?.abort();
    clearTimeout(this.#lingering);
  }

  async #serve(reply: FastifyReply, look: () => Promise<Look<View>>, signal: AbortSignal): Promise<void> {
    const first = await look();
    const followed = new Set(first.streams);
    let { view: latest, until } = first;
    const { raw } = reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    if (reply.request.method === 'HEAD') return void raw.end();
    const { event } = this.options;
    const send = (shown: View): void => void raw.write(`event: ${event}\ndata: ${JSON.stringify(shown)}\n\n`);
    send(latest);
    const due = (): boolean => until !== undefined && this.clock.now().getTime() >= Date.parse(until);
    for await (const changed of this.#changes(followed, due, signal)) {
      if (!changed) {
        raw.write(': still here\n\n');
        continue;
      }
      const next = await look();
      until = next.until;
      for (const stream of next.streams) followed.add(stream);
      if (differ(next.view, latest)) send((latest = next.view));
      if (next.last) break;
    }
    raw.end();
  }

  #leave(id: string): void {
    const open = this.#open.get(id) ?? 0;
    if (open > 1) this.#open.set(id, open - 1);
    else this.#open.delete(id);
  }

  /**
   * `true` whenever something was written to the streams or is due (and once at the start), `false` when a while has passed.
   * @param streams the reader may add to them
   */
  async *#changes(streams: ReadonlySet<string>, due: () => boolean, signal: AbortSignal): AsyncGenerator<boolean> {
    let changed = true;
    let wake: Listener = () => undefined;
    const listener: Listener = () => {
      changed = true;
      wake();
    };
    const heard = new Set<string>();
    const heartbeat = setInterval(() => wake(), heartbeatMs);
    const ticking = setInterval(() => due() && listener(), tickMs);
    signal.addEventListener('abort', () => wake());
    try {
      while (!signal.aborted) {
        for (const stream of streams) if (!heard.has(stream)) this.#listen(stream, listener, heard);
        const now = changed;
        changed = false;
        if (now) yield true;
        if (changed || signal.aborted) continue;
        await new Promise<void>((resume) => (wake = resume));
        if (!changed && !signal.aborted) yield false;
      }
    } finally {
      clearInterval(heartbeat);
      clearInterval(ticking);
      for (const stream of heard) this.#unlisten(stream, listener);
    }
  }

  #listen(stream: string, listener: Listener, heard: Set<string>): void {
    clearTimeout(this.#lingering);
    heard.add(stream);
    const listeners = this.#listeners.get(stream) ?? new Set();
    this.#listeners.set(stream, listeners.add(listener));
    if (!this.#subscription) void this.#follow((this.#subscription = new AbortController()).signal);
  }

  #unlisten(stream: string, listener: Listener): void {
    const listeners = this.#listeners.get(stream);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(stream);
    if (this.#listeners.size > 0) return;
    this.#lingering = setTimeout(() => this.#rest(), lingerMs);
    this.#lingering.unref();
  }

  #rest(): void {
    if (this.#listeners.size > 0) return;
    this.#subscription?.abort();
    this.#subscription = undefined;
  }

  /** Never fails: whatever interrupts it, it begins anew at the end of the log, and the readers look again. */
  async #follow(signal: AbortSignal): Promise<void> {
    for (let pause = pauses.first; !signal.aborted; pause = Math.min(pause * 2, pauses.longest)) {
      await this.#read(signal, () => (pause = pauses.first)).catch(() => undefined);
      await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** @throws what `EventStore.head` and `subscribe` throw */
  async #read(signal: AbortSignal, heard: () => void): Promise<void> {
    const from = await this.store.head();
    this.#tellAll();
    const options = { prefixes: this.options.prefixes, signal, ...(from === undefined ? {} : { from }) };
    for await (const { events } of subscribe(this.store, options)) {
      heard();
      for (const { stream } of events) {
        for (const listener of this.#listeners.get(stream) ?? []) listener();
      }
    }
  }

  /** Whatever happened before the subscription began is seen by looking again. */
  #tellAll(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener();
  }
}

/** The time of day alone is no news. */
const differ = (a: object, b: object): boolean => JSON.stringify(timeless(a)) !== JSON.stringify(timeless(b));
const timeless = (view: object): object => ({ ...view, now: undefined });
