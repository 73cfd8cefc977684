import type { KeyObject } from 'node:crypto';

export interface DataKey {
  keyId: string;
  key: KeyObject;
}

/**
 * Unwrapped data keys by owner, forgotten at the latest after `maxAgeMs` of real time and beyond `maxEntries`. Holding
 * one allows nothing by itself: its user has just seen in the database that this `keyId` is still the owner's.
 *
 * Two generations: new keys go into the young one; the old one is dropped and the young one takes its place whenever
 * half the age has passed or the young one is half of all.
 */
export class KeyCache {
  #young = new Map<string, DataKey>();
  #old = new Map<string, DataKey>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly maxAgeMs = 4_000,
    private readonly maxEntries = 10_000,
  ) {}

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(owner: string): DataKey | undefined {
    return this.#young.get(owner) ?? this.#old.get(owner);
  }

  set(owner: string, key: DataKey): void {
    if (this.#young.size >= this.maxEntries / 2) this.#age();
    this.#young.set(owner, key);
    this.#timer ??= setTimeout(() => this.#tick(), this.maxAgeMs / 2).unref();
  }

  delete(owner: string): void {
    this.#young.delete(owner);
    this.#old.delete(owner);
  }

  #age(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }

  #tick(): void {
    this.#age();
    this.#timer = this.size > 0 ? setTimeout(() => this.#tick(), this.maxAgeMs / 2).unref() : undefined;
  }
}
