import type pg from 'pg';
import { BatchWriter } from './batch-writer.js';
import { createTable } from './migrations.js';
import type { EventSource } from './projected-event.js';
import type { Projection } from './projection.js';
import { live, type Log } from './start-checks.js';

export interface RebuildOptions {
  readonly pool: pg.Pool;
  readonly events: EventSource;
  readonly log: Log;
  readonly model: Projection;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** exchange the tables although rows differ */
  readonly acceptDifferences?: boolean;
  /** stop after the comparison and leave everything as it was */
  readonly compareOnly?: boolean;
}

export interface RebuildProgress {
  readonly model: string;
  readonly phase: 'catching-up' | 'comparing';
  /** taken so far in this run */
  readonly events: number;
  readonly eventsPerSecond: number;
  /** 0 to 1, by log position */
  readonly done: number;
  readonly secondsLeft: number;
}

export interface Difference {
  readonly key: string;
  /** null: no such row */
  readonly old: object | null;
  readonly new: object | null;
}

export interface RebuildResult {
  readonly model: string;
  readonly outcome: 'switched' | 'compared' | 'refused';
  /** taken in this run */
  readonly events: number;
  /** streams the new table could not take either */
  readonly parked: number;
  readonly differences: number;
  /** the first of them, at most 20 */
  readonly examples: readonly Difference[];
}

/**
 * Builds a model from the whole log in a table of its own beside the old one, which goes on answering; compares row by
 * row at the same position; exchanges the two in one transaction. A run that was killed is resumed by the next. Nothing
 * but rows can come of it: it knows no queue and no channel.
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildResult> {
  const { pool, model } = options;
  const client = await pool.connect();
  const ignore = () => undefined;
  client.on('error', ignore);
  let broken = true;
  try {
    const lock = `SELECT pg_try_advisory_lock(hashtextextended($1, 5177210934662815)) AS locked`;
    const { rows } = await client.query<{ locked: boolean }>(lock, [model.table]);
    if (!rows[0]!.locked) throw new Error(`${model.table} is being rebuilt already`);
    const result = await rebuildLocked(client, options);
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 5177210934662815))', [model.table]);
    broken = false;
    return result;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

async function rebuildLocked(client: pg.PoolClient, options: RebuildOptions): Promise<RebuildResult> {
  const { model, log, onProgress } = options;
  const next = { projection: model, table: `${model.table}_next`, checkpoint: `rebuild ${model.table}` };
  await begin(client, log, next);
  const writer = await BatchWriter.open(client, next.checkpoint, [next]);
  const meter = new Meter(model.table, writer.position);
  await catchUp(writer, await livePosition(client), options, meter);
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL statement_timeout = 0');
    const following = await lockFollowing(client, model);
    await catchUp(writer, await livePosition(client), options, meter);
    onProgress?.({ ...meter.read(writer.position), phase: 'comparing' });
    const compared = following ? await compare(client, model, next.table) : { differences: 0, examples: [] };
    const { parked, healing } = await parkedIn(client, model, next.checkpoint);
    const summary = { model: model.table, events: meter.events, parked, ...compared };
    if (options.compareOnly || (compared.differences > 0 && !options.acceptDifferences && !healing)) {
      await client.query('ROLLBACK');
      if (options.compareOnly) await abandon(client, next);
      return { ...summary, outcome: options.compareOnly ? 'compared' : 'refused' };
    }
    await exchange(client, model, next, writer.position);
    await client.query('COMMIT');
    return { ...summary, outcome: 'switched' };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface Next {
  readonly table: string;
  readonly checkpoint: string;
  readonly projection: Projection;
}

/** Goes on with what an earlier run left, if it was made from this log. */
async function begin(client: pg.PoolClient, log: Log, next: Next): Promise<void> {
  const identity = await log.identity();
  const { rows } = await client.query<{ log_id: string }>('SELECT log_id FROM readmodels.checkpoints WHERE name = $1', [
    next.checkpoint,
  ]);
  if (rows[0]?.log_id === identity) return;
  if (rows[0]) await abandon(client, next);
  await client.query('BEGIN');
  await createTable(client, next.projection, next.table);
  await client.query('INSERT INTO readmodels.checkpoints (name, position, log_id) VALUES ($1, -1, $2)', [
    next.checkpoint,
    identity,
  ]);
  await client.query('COMMIT');
}

async function abandon(client: pg.PoolClient, { table, checkpoint }: Next): Promise<void> {
  await client.query('BEGIN');
  await client.query(`DROP TABLE IF EXISTS readmodels.${table}`);
  await client.query('DELETE FROM readmodels.checkpoints WHERE name = $1', [checkpoint]);
  await client.query('DELETE FROM readmodels.parked WHERE checkpoint = $1', [checkpoint]);
  await client.query('COMMIT');
}

async function catchUp(
  writer: BatchWriter,
  to: bigint,
  { events, signal, onProgress }: RebuildOptions,
  meter: Meter,
): Promise<void> {
  if (writer.position >= to) return;
  const reading = new AbortController();
  const stop = signal ? AbortSignal.any([signal, reading.signal]) : reading.signal;
  meter.goal = to;
  try {
    for await (const batch of events(writer.position < 0n ? undefined : writer.position, stop)) {
      const wanted = batch.events.filter(({ position }) => position <= to);
      const position = batch.position < to ? batch.position : to;
      await writer.write(wanted, position);
      meter.events += wanted.length;
      onProgress?.({ ...meter.read(position), phase: 'catching-up' });
      if (position >= to) return;
    }
    signal?.throwIfAborted();
    throw new Error(`the event log ended before position ${to}`);
  } finally {
    reading.abort();
  }
}

async function livePosition(client: pg.PoolClient): Promise<bigint> {
  const { rows } = await client.query<{ position: string }>(
    'SELECT position FROM readmodels.checkpoints WHERE name = $1',
    [live],
  );
  if (!rows[0]) throw new Error('nothing was projected yet: start Keyturn once before rebuilding a model');
  return BigInt(rows[0].position);
}

/**
 * Keeps the projector from moving on, which writes rows and checkpoint in one statement; readers are not held up.
 * @returns whether there is an old table that follows the log
 */
async function lockFollowing(client: pg.PoolClient, { table }: Projection): Promise<boolean> {
  const { rows } = await client.query('SELECT FROM readmodels.models WHERE model = $1 AND left_at IS NULL', [table]);
  if (rows.length === 0) return false;
  await client.query(`LOCK TABLE readmodels.${table} IN EXCLUSIVE MODE`);
  return true;
}

async function compare(
  client: pg.PoolClient,
  { table, key }: Projection,
  next: string,
): Promise<{ differences: number; examples: Difference[] }> {
  const { rows } = await client.query<Difference & { differences: number }>(
    `SELECT count(*) OVER ()::int AS differences, coalesce(o.${key}, n.${key})::text AS key,
       CASE WHEN o.${key} IS NOT NULL THEN to_jsonb(o) END AS old,
       CASE WHEN n.${key} IS NOT NULL THEN to_jsonb(n) END AS new
     FROM readmodels.${table} o FULL JOIN readmodels.${next} n ON o.${key} = n.${key}
     WHERE o IS DISTINCT FROM n ORDER BY key LIMIT 20`,
  );
  const examples = rows.map(({ key: of, old, new: made }) => ({ key: of, old, new: made }));
  return { differences: rows[0]?.differences ?? 0, examples };
}

/** @returns healing: the old table is known to lack streams, so that it may differ */
async function parkedIn(client: pg.PoolClient, { table }: Projection, checkpoint: string) {
  const { rows } = await client.query<{ parked: number; healing: boolean }>(
    `SELECT count(*) FILTER (WHERE checkpoint = $2)::int AS parked,
       count(*) FILTER (WHERE checkpoint = $3) > 0 AS healing
     FROM readmodels.parked WHERE model = $1`,
    [table, checkpoint, live],
  );
  return rows[0]!;
}

/** @param position up to which the new table holds everything */
async function exchange(client: pg.PoolClient, { table }: Projection, next: Next, position: bigint): Promise<void> {
  await client.query(`DROP TABLE IF EXISTS readmodels.${table}`);
  await client.query(`ALTER TABLE readmodels.${next.table} RENAME TO ${table}`);
  await client.query(
    'INSERT INTO readmodels.models (model) VALUES ($1) ON CONFLICT (model) DO UPDATE SET left_at = NULL',
    [table],
  );
  // What the projector parked beyond that position meanwhile, which needs no table, stays parked.
  await client.query(
    `DELETE FROM readmodels.parked p WHERE checkpoint = $1 AND model = $2
     AND (position <= $3 OR EXISTS (SELECT FROM readmodels.parked n WHERE n.checkpoint = $4 AND n.stream = p.stream))`,
    [live, table, `${position}`, next.checkpoint],
  );
  await client.query('UPDATE readmodels.parked SET checkpoint = $1 WHERE checkpoint = $2', [live, next.checkpoint]);
  await client.query('DELETE FROM readmodels.checkpoints WHERE name = $1', [next.checkpoint]);
  await client.query('UPDATE readmodels.checkpoints SET generation = generation + 1 WHERE name = $1', [live]);
}

/** How fast it goes, and how long it will take. */
class Meter {
  events = 0;
  goal = 0n;
  readonly #begun = performance.now();

  constructor(
    private readonly model: string,
    private readonly from: bigint,
  ) {}

  read(position: bigint): Omit<RebuildProgress, 'phase'> {
    const seconds = (performance.now() - this.#begun) / 1_000;
    const [gone, whole] = [Number(position - this.from), Number(this.goal - this.from)];
    return {
      model: this.model,
      events: this.events,
      eventsPerSecond: Math.round(this.events / Math.max(seconds, 0.001)),
      done: this.goal <= 0n ? 1 : Number(position) / Number(this.goal),
      secondsLeft: gone > 0 ? Math.round((seconds * (whole - gone)) / gone) : 0,
    };
  }
}
