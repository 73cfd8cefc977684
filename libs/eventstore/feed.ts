import type { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import type { ReadCall } from './connection.js';
import type { EventStore } from './event-store.js';
import { understood } from './read-stream.js';
import type { StoredEvent } from './stored-event.js';

export interface Batch {
  /** in the order of the log; none when only the position or `caughtUp` changed */
  readonly events: readonly StoredEvent[];
  /** everything up to here has been seen: the checkpoint to keep; −1n before the first event */
  readonly position: bigint;
  /** the store had nothing more when this batch was made */
  readonly caughtUp: boolean;
}

/** One call of the store, buffered until it is asked for. */
export class Feed {
  readonly #store: EventStore;
  readonly #maxBatch: number;
  #call: ReadCall | undefined;
  #events: StoredEvent[] = [];
  #position: bigint;
  #live = false;
  /** something to tell beyond events: a checkpoint, or that we caught up */
  #news = false;
  #ended = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #signalling = false;
  #heard = (): void => undefined;

  constructor(store: EventStore, position: bigint, maxBatch: number) {
    this.#store = store;
    this.#position = position;
    this.#maxBatch = maxBatch;
  }

  open(prefixes: readonly string[] | undefined): void {
    const silence = setTimeout(
      () => this.#fail(new Error('the subscription was not confirmed')),
      this.#store.patience.timeoutMs,
    );
    this.#heard = () => clearTimeout(silence);
    this.#store.follow(this.#position, prefixes).then(
      (call) => this.#attach(call),
      (error: Error) => this.#fail(error),
    );
  }

  /** @returns nothing once ended */
  async next(): Promise<Batch | undefined> {
    while (this.#events.length === 0 && !this.#news) {
      if (this.#ended) return undefined;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    if (this.#ended) return undefined;
    const events = this.#events;
    this.#events = [];
    this.#news = false;
    this.#call?.resume();
    return { events, position: this.#position, caughtUp: this.#live && events.length < this.#maxBatch };
  }

  #attach(call: ReadCall): void {
    this.#call = call;
    call.on('error', (error) => this.#fail(understood(error)));
    if (this.#ended) return call.cancel();
    call.on('end', () => this.#fail(new Error('the store ended the subscription')));
    call.on('data', (response: ReadResp) => {
      try {
        if (!this.#failure) this.#take(response);
      } catch (error) {
        this.#fail(error as Error);
      }
    });
  }

  end(): void {
    this.#ended = true;
    this.#heard();
    this.#call?.cancel();
    this.#wake?.();
  }

  #take(response: ReadResp): void {
    this.#heard();
    const read = response.getEvent();
    const checkpoint = response.getCheckpoint();
    if (read) {
      const event = this.#store.codec.decode(read);
      this.#position = BigInt(read.getCommitPosition());
      if (event) this.#events.push(event);
      else this.#news = true;
    } else if (checkpoint) {
      this.#position = BigInt(checkpoint.getCommitPosition());
      this.#news = true;
    } else if (response.hasCaughtUp()) {
      this.#live = this.#news = true;
    } else if (response.hasFellBehind()) {
      this.#live = false;
    } else {
      return;
    }
    if (this.#events.length >= this.#maxBatch) this.#call?.pause();
    if (this.#live) this.#signal();
    else this.#signalSoon();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#signal();
  }

  /** While behind, everything that came with one packet goes into one batch. */
  #signalSoon(): void {
    if (this.#signalling) return;
    this.#signalling = true;
    setImmediate(() => {
      this.#signalling = false;
      this.#signal();
    });
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
