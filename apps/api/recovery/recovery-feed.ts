import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RecoveryView } from '#libs/commands/recovery/recovery-view';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { subscribe } from '#libs/eventstore/subscription';

type Listener = () => void;

/** A comment line now and then keeps proxies from closing a quiet stream. */
const heartbeatMs = 15_000;
/** How long the subscription outlives its last reader. */
const lingerMs = 30_000;
/** Streams of one recovery at a time: more pages than anybody has open. */
const streamsPerRecovery = 10;
/** Milliseconds before an interrupted subscription begins anew, doubled each time it hears nothing. */
const pauses = { first: 100, longest: 5_000 };

/** Tells open pages that their recovery moved on. One subscription serves them all, and none while nobody looks. */
@Injectable()
export class RecoveryFeed implements OnModuleDestroy {
  readonly #listeners = new Map<string, Set<Listener>>();
  #subscription: AbortController | undefined;
  #lingering: NodeJS.Timeout | undefined;
  readonly #stopped = new AbortController();
  /** How many streams each recovery has open. */
  readonly #open = new Map<string, number>();

  constructor(private readonly store: EventStore) {}

  /** Answers when the reader has gone or the recovery is closed. @throws RuleViolation rate-limited */
  async stream(recoveryId: string, reply: FastifyReply, view: () => Promise<RecoveryView>): Promise<void> {
    const open = this.#open.get(recoveryId) ?? 0;
    if (open >= streamsPerRecovery) throw new RuleViolation('rate-limited', { retryAfterMs: heartbeatMs });
    this.#open.set(recoveryId, open + 1);
    const closed = new AbortController();
    reply.raw.on('close', () => closed.abort());
    this.#stopped.signal.addEventListener('abort', () => closed.abort(), { signal: closed.signal });
    try {
      await this.#serve(recoveryId, reply, view, closed.signal);
    } finally {
      closed.abort();
      this.#leave(recoveryId);
    }
  }

  onModuleDestroy(): void {
    this.#stopped.abort();
    this.#subscription?.abort();
    clearTimeout(this.#lingering);
  }

  async #serve(
    recoveryId: string,
    reply: FastifyReply,
    view: () => Promise<RecoveryView>,
    signal: AbortSignal,
  ): Promise<void> {
    let latest = await view();
    const { raw } = reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const send = (shown: RecoveryView): void => void raw.write(`event: view\ndata: ${JSON.stringify(shown)}\n\n`);
    send(latest);
    for await (const changed of this.#changes(recoveryId, signal)) {
      if (!changed) {
        raw.write(': still here\n\n');
        continue;
      }
      const next = await view();
      if (differ(next, latest)) send((latest = next));
      if (next.outcome) break;
    }
    raw.end();
  }

  #leave(recoveryId: string): void {
    const open = this.#open.get(recoveryId) ?? 0;
    if (open > 1) this.#open.set(recoveryId, open - 1);
    else this.#open.delete(recoveryId);
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
    if (!this.#subscription) void this.#follow((this.#subscription = new AbortController()).signal);
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
    const options = { prefixes: ['recovery-'], signal, ...(from === undefined ? {} : { from }) };
    for await (const { events } of subscribe(this.store, options)) {
      heard();
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
