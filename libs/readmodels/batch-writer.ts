import type pg from 'pg';
import { BatchFold, parkedAt, type Folded, type Parked } from './batch-fold.js';
import { batchStatement, type Target } from './batch-statement.js';
import type { LoggedEvent } from './projected-event.js';

/** Somebody else moved the checkpoint, or exchanged tables: what this writer knows is out of date. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

/** Folds batches of events into rows and writes these together with the checkpoint. The only writer of its tables. */
export class BatchWriter {
  readonly #fold: BatchFold;

  private constructor(
    private readonly client: pg.ClientBase,
    private readonly checkpoint: string,
    private readonly targets: readonly Target[],
    private readonly generation: number,
    private at: bigint,
    /** streams that were parked when it was opened */
    readonly parkedBefore: readonly Parked[],
  ) {
    this.#fold = new BatchFold(client, targets, parkedBefore);
  }

  static async open(client: pg.ClientBase, checkpoint: string, targets: readonly Target[]): Promise<BatchWriter> {
    const { rows } = await client.query<{ position: string; generation: number }>(
      'SELECT position, generation FROM readmodels.checkpoints WHERE name = $1',
      [checkpoint],
    );
    const at = rows[0];
    if (!at) throw new Error(`there is no checkpoint "${checkpoint}"`);
    const parked = await parkedStreams(client, checkpoint);
    return new BatchWriter(client, checkpoint, targets, at.generation, BigInt(at.position), parked);
  }

  /** Commit position of the last event written; −1n before the first. */
  get position(): bigint {
    return this.at;
  }

  /**
   * All of it or nothing.
   * @param position commit position the checkpoint moves to
   * @returns streams parked by this batch
   * @throws CheckpointMoved
   */
  async write(events: readonly LoggedEvent[], position: bigint): Promise<readonly Parked[]> {
    try {
      return await this.#writeOnce(events, position);
    } catch (error) {
      if (!isDataError(error)) throw error;
      return this.#writeSingly(events, position);
    }
  }

  async #writeOnce(events: readonly LoggedEvent[], position: bigint, refused?: Parked[]): Promise<readonly Parked[]> {
    const folded = await this.#fold.fold(events, refused);
    await this.#send(folded, position);
    this.at = position;
    this.#fold.written(folded);
    return folded.parked;
  }

  /** PostgreSQL refused a value: finds the event it belongs to, and parks that one's stream. */
  async #writeSingly(events: readonly LoggedEvent[], position: bigint): Promise<Parked[]> {
    const parked: Parked[] = [];
    for (const [n, event] of events.entries()) {
      const to = n === events.length - 1 ? position : event.position;
      try {
        parked.push(...(await this.#writeOnce([event], to)));
      } catch (error) {
        if (!isDataError(error)) throw error;
        parked.push(...(await this.#writeOnce([event], to, await this.#refusedBy(event))));
      }
    }
    return parked;
  }

  /** Tries each model alone, and takes it back. */
  async #refusedBy(event: LoggedEvent): Promise<Parked[]> {
    const { changed } = await this.#fold.fold([event]);
    const refused: Parked[] = [];
    for (const target of this.targets) {
      await this.client.query('BEGIN');
      try {
        await this.#send({ changed: new Map([[target, changed.get(target)!]]), parked: [] }, event.position);
      } catch (error) {
        if (!isDataError(error)) throw error;
        refused.push(parkedAt(target, event, `PostgreSQL refused a value (${error.code})`));
      } finally {
        await this.client.query('ROLLBACK');
      }
    }
    return refused;
  }

  async #send({ changed, parked }: Folded, position: bigint): Promise<void> {
    const puts: [Target, string][] = [];
    const drops: [Target, string[]][] = [];
    for (const [target, rows] of changed) {
      const standing = [...rows.values()].filter((row) => row !== null);
      const gone = [...rows].flatMap(([key, row]) => (row ? [] : [key]));
      if (standing.length > 0) puts.push([target, JSON.stringify(standing)]);
      if (gone.length > 0) drops.push([target, gone]);
    }
    const parks = parked.map(({ eventId, position: since, ...rest }) => ({
      ...rest,
      position: `${since}`,
      event_id: eventId,
    }));
    const { rowCount } = await this.client.query({
      ...batchStatement({
        puts: puts.map(([target]) => target),
        drops: drops.map(([target]) => target),
        parks: parks.length > 0,
      }),
      values: [
        `${position}`,
        this.checkpoint,
        `${this.at}`,
        this.generation,
        ...puts.map(([, rows]) => rows),
        ...drops.map(([, keys]) => keys),
        ...(parks.length > 0 ? [JSON.stringify(parks)] : []),
      ],
    });
    if (rowCount === 0) throw new CheckpointMoved(`the checkpoint "${this.checkpoint}" is no longer at ${this.at}`);
  }
}

/** @param checkpoint `live`, or that of a rebuild */
export async function parkedStreams(client: pg.ClientBase | pg.Pool, checkpoint: string): Promise<Parked[]> {
  const { rows } = await client.query<Omit<Parked, 'position'> & { position: string }>(
    `SELECT model, stream, position, event_id AS "eventId", type, reason FROM readmodels.parked
     WHERE checkpoint = $1 ORDER BY position, model`,
    [checkpoint],
  );
  return rows.map((row) => ({ ...row, position: BigInt(row.position) }));
}

/** Class 22 is a value PostgreSQL cannot store, 23 a constraint it would break, 54 one too large or nested too deep. */
const isDataError = (error: unknown): error is { code: string } =>
  /^(22|23|54)/.test((error as { code?: string } | undefined)?.code ?? '');
