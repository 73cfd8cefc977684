import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RecoveryView } from '#libs/commands/recovery/recovery-view';
import { EventStore } from '#libs/eventstore/event-store';
import { subscribe } from '#libs/eventstore/subscription';

type Listener = () => void;

/** A comment line now and then keeps proxies from closing a quiet stream. */
const heartbeatMs = 15_000;
/** How long the subscription outlives its last reader. */
const lingerMs = 30_000;

/** Tells open pages that their recovery moved on. One subscription serves them all, and none while nobody looks. */
@Injectable()
export class RecoveryFeed implements OnModuleDestroy {
  readonly #listeners = new Map<string, Set<Listener>>();
  #subscription: AbortController | undefined;
  #lingering: NodeJS.Timeout | undefined;
  #stopped = new AbortController();

  constructor(private readonly store: EventStore) {}

  /** Answers when the reader has gone or the recovery is closed. */
  async stream(recoveryId: string, reply: FastifyReply, view: () => Promise<RecoveryView>): Promise<void> {
    let latest = await view();
    const { raw } = reply.hijack();
    const closed = new AbortController();
    raw.on('close', () => closed.abort());
    this.#stopped.signal.addEventListener('abort', () => closed.abort(), { once: true });
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const send = (shown: RecoveryView): void => void raw.write(`event: view\ndata: ${JSON.stringify(shown)}\n\n`);
    send(latest);
    const changes = this.#changes(recoveryId, closed.signal);
    for await (const changed of changes) {
      if (!changed) {
        raw.write(': still here\n\n');
        continue;
      }
      const next = await view();
      if (differ(next, latest)) send((latest = next));
      if (next.outcome) break;
    }
    closed.abort();
    raw.end();
  }

  onModuleDestroy(): void {
    this.#stopped.abort();
    this.#subscription?.abort();
    clearTimeout(this.#lingering);
  }

  /** `true` whenever the recovery may have changed (and once at the start), `false` when a while has passed. */
  async *#changes(recoveryId: string, signal: AbortSignal): AsyncGenerator<boolean> {
    let changed = true;
    let wake: Listener = () => undefined;
    const listener: Listener = () => {
      changed = true;
      wake();
    };
    this.#listen(recoveryId, listener);
    const heartbeat = setInterval(() => wake(), heartbeatMs);
    signal.addEventListener('abort', () => wake());
    try {
      while (!signal.aborted) {
        const now = changed;
        changed = false;
        if (now) yield true;
        if (changed || signal.aborted) continue;
        await new Promise<void>((resume) => (wake = resume));
        if (!changed && !signal.aborted) yield false;
      }
    } finally {
      clearInterval(heartbeat);
      this.#unlisten(recoveryId, listener);
    }
  }

  #listen(recoveryId: string, listener: Listener): void {
    clearTimeout(this.#lingering);
    const listeners = this.#listeners.get(recoveryId) ?? new Set();
    this.#listeners.set(recoveryId, listeners.add(listener));
    if (!this.#subscription) void this.#follow((this.#subscription = new AbortController()));
  }

  #unlisten(recoveryId: string, listener: Listener): void {
    const listeners = this.#listeners.get(recoveryId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(recoveryId);
    if (this.#listeners.size > 0) return;
    this.#lingering = setTimeout(() => this.#rest(), lingerMs);
    this.#lingering.unref();
  }

  #rest(): void {
    if (this.#listeners.size > 0) return;
    this.#subscription?.abort();
    this.#subscription = undefined;
  }

  async #follow({ signal }: AbortController): Promise<void> {
    const from = await this.store.head().catch(() => undefined);
    this.#tellAll();
    const options = { prefixes: ['recovery-'], signal, ...(from === undefined ? {} : { from }) };
    for await (const { events } of subscribe(this.store, options)) {
      for (const { stream } of events) {
        for (const listener of this.#listeners.get(stream.slice('recovery-'.length)) ?? []) listener();
      }
    }
  }

  /** Whatever happened before the subscription began is seen by looking again. */
  #tellAll(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener();
  }
}

/** The time of day alone is no news. */
const differ = ({ now: _, ...a }: RecoveryView, { now: __, ...b }: RecoveryView): boolean =>
  JSON.stringify(a) !== JSON.stringify(b);
