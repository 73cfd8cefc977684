import type { Fold } from './folds.js';

/** The states of the streams used last, for each decider. Only ever a head start: the store has the last word. */
export class FoldCache {
  readonly #folds = new WeakMap<object, Map<string, Fold<unknown>>>();
  readonly #capacity: number;

  /** @param capacity streams kept for each decider */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get<S>(decider: object, stream: string): Fold<S> | undefined {
    const folds = this.#folds.get(decider);
    const found = folds?.get(stream);
    if (!folds || !found) return undefined;
    folds.delete(stream);
    folds.set(stream, found);
    return found as Fold<S>;
  }

  set<S>(decider: object, stream: string, fold: Fold<S>): void {
    if (fold.revision === 'no-stream' || this.#capacity === 0) return;
    const folds = this.#folds.get(decider) ?? new Map<string, Fold<unknown>>();
    this.#folds.set(decider, folds);
    const known = folds.get(stream)?.revision;
    if (typeof known === 'bigint' && known > fold.revision) return;
    folds.delete(stream);
    folds.set(stream, fold);
    if (folds.size > this.#capacity) folds.delete(folds.keys().next().value!);
  }

  forget(decider: object, stream: string): void {
    this.#folds.get(decider)?.delete(stream);
  }
}
