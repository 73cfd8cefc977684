import { Recent } from './recent.js';
import { stateKey, type StreamState } from './stream-state.js';

/** Fetches the present state of streams by {@link stateKey}, one for each key. */
export type LoadStates = (keys: readonly string[]) => Promise<StreamState[]>;

const rememberedStreams = 20_000;

/**
 * The committed state of the streams in use. Readers and the writer both fill it; what a reader fetched while the writer
 * was changing that stream is not kept, so nothing here is ever older than the last commit.
 */
export class StreamStates {
  readonly #states = new Recent<string, StreamState>(rememberedStreams);
  readonly #changing = new Set<string>();
  readonly #fetches = new Map<string, { keep: boolean; state: Promise<StreamState> }>();

  constructor(private readonly load: LoadStates) {}

  /** For readers: the state as of now or later. */
  async of(stream: string): Promise<StreamState> {
    const key = stateKey(stream);
    return this.#states.get(key) ?? this.#fetch(key);
  }

  /** For the writer: what is known of the streams it is about to change, and the keys of those it must load. */
  beginChange(streams: Iterable<string>): { known: Map<string, StreamState>; unknown: string[] } {
    const known = new Map<string, StreamState>();
    const unknown = new Set<string>();
    for (const key of new Set(Array.from(streams, stateKey))) {
      const state = this.#states.get(key);
      if (state) known.set(key, state);
      else unknown.add(key);
      this.#changing.add(key);
      this.#spoil(key);
    }
    return { known, unknown: [...unknown] };
  }

  committed(states: Iterable<StreamState>): void {
    for (const state of states) this.#states.set(state.name, state);
    this.#changing.clear();
  }

  forget(): void {
    this.#states.clear();
    this.#changing.clear();
    for (const key of this.#fetches.keys()) this.#spoil(key);
  }

  #fetch(key: string): Promise<StreamState> {
    const under = this.#fetches.get(key);
    if (under?.keep) return under.state;
    const fetch = { keep: !this.#changing.has(key), state: this.load([key]).then(([state]) => state!) };
    this.#fetches.set(key, fetch);
    return fetch.state
      .then((state) => {
        if (fetch.keep) this.#states.set(key, state);
        return state;
      })
      .finally(() => {
        if (this.#fetches.get(key) === fetch) this.#fetches.delete(key);
      });
  }

  /** A fetch under way may have seen the stream before the change; later readers must not share it. */
  #spoil(key: string): void {
    const fetch = this.#fetches.get(key);
    if (fetch) fetch.keep = false;
  }
}
