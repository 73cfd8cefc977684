import type pg from 'pg';
import { isKnownType } from '#libs/domain/events';
import type { Target } from './batch-statement.js';
import type { LoggedEvent } from './projected-event.js';
import type { Change } from './projection.js';
import { keyOf, rowsAfter, type Row, type Rows } from './rows-after.js';
import { plain } from './rows.js';

/** A stream whose events from here on are missing in one model. */
export interface Parked {
  readonly model: string;
  readonly stream: string;
  readonly position: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly reason: string;
}

/** What a batch leads to, before any of it is written. */
export interface Folded {
  readonly changed: ReadonlyMap<Target, Rows>;
  readonly parked: readonly Parked[];
}

/** Turns events into changed rows, knowing how the rows stand. What it knows changes only with `written`. */
export class BatchFold {
  readonly #rows: Map<Target, Rows>;
  /** `model stream` */
  readonly #parked: Set<string>;

  /** @param keptRows rows kept at hand for each model */
  constructor(
    private readonly client: pg.ClientBase,
    private readonly targets: readonly Target[],
    parked: readonly Pick<Parked, 'model' | 'stream'>[],
    private readonly keptRows = 5_000,
  ) {
    this.#rows = new Map(targets.map((target) => [target, new Map<string, Row | null>()]));
    this.#parked = new Set(parked.map(placeOf));
  }

  /** @param refused streams to park in a model whatever its projection says */
  async fold(events: readonly LoggedEvent[], refused: readonly Parked[] = []): Promise<Folded> {
    const steps = this.#steps(events, refused);
    await this.#load(steps);
    const folded = this.#folded(steps);
    if (folded.parked.length === 0) return folded;
    // A row that a parked stream would have made stands as it stood before, if it did.
    await this.#load(steps, { also: 'made' });
    return this.#folded(steps);
  }

  #folded(steps: readonly Step[]): Folded {
    const changed = new Map(this.targets.map((target) => [target, new Map<string, Row | null>()]));
    const parked = new Map<string, Parked>();
    for (const { event, target, changes } of steps) {
      const place = placeOf({ model: target.projection.table, stream: event.stream });
      if (parked.has(place)) continue;
      try {
        if (changes instanceof Error) throw changes;
        const [rows, before] = [changed.get(target)!, this.#rows.get(target)!];
        const after = rowsAfter(target.projection, changes, (key) => (rows.has(key) ? rows : before).get(key));
        for (const [key, row] of after) rows.set(key, row);
      } catch (error) {
        parked.set(place, parkedAt(target, event, reasonOf(error)));
      }
    }
    return { changed, parked: [...parked.values()] };
  }

  written({ changed, parked }: Folded): void {
    for (const stream of parked) this.#parked.add(placeOf(stream));
    for (const [target, rows] of changed) {
      this.#keep(target, rows);
      this.#forgetOldest(target);
    }
  }

  /** What each event does to each model; an Error where that cannot be said. */
  #steps(events: readonly LoggedEvent[], refused: readonly Parked[]): Step[] {
    const steps: Step[] = [];
    for (const event of events) {
      const known = isKnownType(event.type);
      for (const target of this.targets) {
        const model = target.projection.table;
        if (this.#parked.size > 0 && this.#parked.has(placeOf({ model, stream: event.stream }))) continue;
        const refusal = refused.find((parked) => parked.model === model && parked.eventId === event.id);
        const changes = refusal
          ? new Error(refusal.reason)
          : known
            ? changesOf(target, event)
            : new Error('this release does not know the type');
        if (changes instanceof Error || changes.length > 0) steps.push({ event, target, changes });
      }
    }
    return steps;
  }

  /**
   * Reads the rows that updates need and that are not at hand, once for each table.
   * @param also `made`: those too that the batch itself makes before
   */
  async #load(steps: readonly Step[], { also }: { also?: 'made' } = {}): Promise<void> {
    const wanted = new Map(this.targets.map((target) => [target, new Set<string>()]));
    const made = new Map(this.targets.map((target) => [target, new Set<string>()]));
    for (const { target, changes } of steps) {
      if (changes instanceof Error) continue;
      for (const change of changes) {
        const key = keyOf(target.projection, change);
        if (change.kind !== 'update') {
          if (!also) made.get(target)!.add(key);
        } else if (!this.#rows.get(target)!.has(key) && !made.get(target)!.has(key)) wanted.get(target)!.add(key);
      }
    }
    for (const [target, keys] of wanted) if (keys.size > 0) this.#keep(target, await this.#read(target, keys));
  }

  async #read({ table, projection: { key } }: Target, keys: ReadonlySet<string>): Promise<Rows> {
    const { rows } = await this.client.query<Row>({
      name: `readmodels-load-${table}`,
      text: `SELECT * FROM readmodels.${table} WHERE ${key} = ANY($1::text[])`,
      values: [[...keys]],
    });
    const found: Rows = new Map([...keys].map((key) => [key, null]));
    for (const row of rows) found.set(String(row[key]), plain(row));
    return found;
  }

  #keep(target: Target, rows: Rows): void {
    if (target.projection.changing === false) return;
    const kept = this.#rows.get(target)!;
    for (const [key, row] of rows) {
      kept.delete(key);
      kept.set(key, row);
    }
  }

  #forgetOldest(target: Target): void {
    const kept = this.#rows.get(target)!;
    for (const key of kept.keys()) {
      if (kept.size <= this.keptRows) return;
      kept.delete(key);
    }
  }
}

interface Step {
  readonly event: LoggedEvent;
  readonly target: Target;
  readonly changes: readonly Change<Row>[] | Error;
}

export const parkedAt = (
  { projection }: Target,
  { stream, position, id, type }: LoggedEvent,
  reason: string,
): Parked => ({ model: projection.table, stream, position, eventId: id, type, reason });

function changesOf({ projection }: Target, event: LoggedEvent): readonly Change<Row>[] | Error {
  try {
    return projection.changes(event) as readonly Change<Row>[];
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const placeOf = ({ model, stream }: Pick<Parked, 'model' | 'stream'>): string => `${model} ${stream}`;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);
