import type pg from 'pg';
import { RuleViolation } from '#libs/domain/decider';
import { categories } from '#libs/domain/events';
import type { EventStore } from '#libs/eventstore/event-store';
import { subscribe } from '#libs/eventstore/subscription';
import { models } from '#libs/readmodels/models';
import type { EventSource } from '#libs/readmodels/projected-event';
import { rebuild, type RebuildProgress, type RebuildResult } from '#libs/readmodels/rebuild';

export interface ReplayRequest {
  /** a question's name such as `recovery_status`, with or without version; all when absent */
  readonly model?: string;
  readonly acceptDifferences?: boolean;
  /** build and compare, but exchange nothing */
  readonly compareOnly?: boolean;
}

interface Sources {
  readonly pool: pg.Pool;
  readonly store: EventStore;
}

/**
 * Makes read models anew from the log, one after the other, beside those that answer meanwhile. It is handed the log
 * and the database and nothing else, so that whatever happens in it, nothing is sent.
 */
export async function replay(
  { pool, store }: Sources,
  { model: wanted, ...options }: ReplayRequest,
  onProgress: (progress: RebuildProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<readonly RebuildResult[]> {
  const chosen = models.filter(({ question, table }) => !wanted || wanted === question || wanted === table);
  if (chosen.length === 0) throw new RuleViolation('not-found', { models: modelNames });
  const log = { identity: () => store.identity(), head: () => store.head() };
  const results: RebuildResult[] = [];
  for (const model of chosen) {
    const shared = { pool, log, model, onProgress, ...options, ...(signal && { signal }) };
    results.push(await rebuild({ ...shared, events: projectedEvents(store) }));
  }
  return results;
}

export const modelNames: readonly string[] = models.map(({ question }) => question);

/** The part of the log that read models are made of. */
export const projectedEvents =
  (store: EventStore): EventSource =>
  (from, signal) =>
    subscribe(store, {
      prefixes: categories.map((category) => `${category}-`),
      signal,
      ...(from === undefined ? {} : { from }),
    });
