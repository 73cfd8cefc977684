import type pg from 'pg';
import { createTable } from './migrations.js';
import type { Projection } from './projection.js';

/** These read models cannot follow this log; no retry will change that. */
export class ProjectionRefused extends Error {
  override readonly name = 'ProjectionRefused';
}

export interface Log {
  /** the id given to this log once and for ever */
  identity(): Promise<string>;
  /** commit position of its last event; undefined when it is empty */
  head(): Promise<bigint | undefined>;
}

export const live = 'live';

/** @throws ProjectionRefused when the checkpoint belongs to another log, or lies beyond the end of this one */
export async function refuseForeignLog(client: pg.ClientBase | pg.Pool, log: Log): Promise<void> {
  const { rows } = await client.query<{ position: string; log_id: string }>(
    'SELECT position, log_id FROM readmodels.checkpoints WHERE name = $1',
    [live],
  );
  const checkpoint = rows[0];
  if (!checkpoint) return;
  const identity = await log.identity();
  if (checkpoint.log_id !== identity) {
    throw new ProjectionRefused(
      `The read models in this database were made from the event log ${checkpoint.log_id}, but the event store holds ` +
        `the log ${identity}. Connect the store they belong to, or drop the schema "readmodels" to build them anew.`,
    );
  }
  const head = (await log.head()) ?? -1n;
  if (BigInt(checkpoint.position) > head) {
    throw new ProjectionRefused(
      `The read models have seen the event log up to position ${checkpoint.position}, but it ends at ${head}: ` +
        'the event store has lost events or was restored from an older backup. ' +
        'Restore the right one, or drop the schema "readmodels" to build them from what is there.',
    );
  }
}

/** Makes the live checkpoint at first start. @returns models that have to be built before they can follow it */
export async function joinModels(
  client: pg.ClientBase,
  log: Log,
  models: readonly Projection[],
): Promise<readonly Projection[]> {
  await client.query(
    'INSERT INTO readmodels.checkpoints (name, position, log_id) VALUES ($1, -1, $2) ON CONFLICT DO NOTHING',
    [live, await log.identity()],
  );
  const { rows } = await client.query<{ model: string; left_at: string | null }>(
    'SELECT model, left_at FROM readmodels.models',
  );
  const { rows: at } = await client.query<{ position: string }>(
    'SELECT position FROM readmodels.checkpoints WHERE name = $1',
    [live],
  );
  const position = BigInt(at[0]!.position);
  const names = models.map(({ table }) => table);
  await client.query('UPDATE readmodels.models SET left_at = $2 WHERE left_at IS NULL AND model <> ALL($1::text[])', [
    names,
    `${position}`,
  ]);
  const following = new Set(rows.filter(({ left_at }) => left_at === null).map(({ model }) => model));
  const missing = models.filter(({ table }) => !following.has(table));
  if (position >= 0n) return missing;
  for (const model of missing) {
    await client.query('BEGIN');
    // It may have been left behind by another release while the log was empty.
    await client.query(`DROP TABLE IF EXISTS readmodels.${model.table}`);
    await createTable(client, model);
    await client.query(
      'INSERT INTO readmodels.models (model) VALUES ($1) ON CONFLICT (model) DO UPDATE SET left_at = NULL',
      [model.table],
    );
    await client.query('COMMIT');
  }
  return [];
}
