import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { explainRetired } from './master-key-check.js';
import { keyBytes, type MasterKey } from './master-key.js';

export interface PeriodKey {
  /** UUID; an event that depends on the key names it. */
  keyId: string;
  /** 32 random bytes. */
  key: Buffer;
}

/**
 * Keys that live for one UTC day or month and are destroyed an hour after it (those of bodies a day later): what was derived
 * from them can be computed by nobody afterwards. They are not backed up; after a restore the period goes on with a new key.
 */
export class PeriodKeys {
  #current = new Map<string, Held>();
  #byId = new Map<string, Held>();
  /** The last period asked for that had no key: it will have none any more. */
  #without: string | undefined;

  constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
    private readonly clock: Clock,
  ) {}

  day(): Promise<PeriodKey> {
    const now = this.clock.now();
    return this.#of(dayOf(now), endOfDay(now));
  }

  /** Today's key for what requests are compared by, and yesterday's if there was one: a day is what they are kept. */
  async bodies(): Promise<readonly [PeriodKey, ...PeriodKey[]]> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - dayMs);
    const [today, yesterday] = await Promise.all([
      this.#of(`body-${dayOf(now)}`, endOfDay(now) + dayMs),
      this.#past(`body-${dayOf(before)}`),
    ]);
    return yesterday ? [today, yesterday] : [today];
  }

  month(): Promise<PeriodKey> {
    const now = this.clock.now();
    return this.#of(now.toISOString().slice(0, 7), Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  }

  /** @returns `undefined` once the key's time is over, destroyed already or not */
  async byId(keyId: string): Promise<Buffer | undefined> {
    this.#forgetDue();
    const held = this.#byId.get(keyId) ?? (await this.#load('key_id', keyId));
    return held && this.#isDue(held) ? undefined : held?.key;
  }

  /** Removes the keys whose time is over, also from the pages of the table. @returns how many */
  async destroyDue(): Promise<number> {
    this.#forgetDue();
    const { rowCount } = await this.pool.query('DELETE FROM vault.period_keys WHERE destroy_at <= $1', [
      this.clock.now(),
    ]);
    if (rowCount) await this.pool.query('VACUUM (FULL) vault.period_keys');
    return rowCount ?? 0;
  }

  async #of(period: string, endsAt: number): Promise<PeriodKey> {
    const held =
      this.#current.get(period) ?? (await this.#load('period', period)) ?? (await this.#create(period, endsAt));
    return { keyId: held.keyId, key: held.key };
  }

  async #past(period: string): Promise<PeriodKey | undefined> {
    if (this.#without === period) return undefined;
    const held = this.#current.get(period) ?? (await this.#load('period', period));
    if (held && !this.#isDue(held)) return { keyId: held.keyId, key: held.key };
    this.#without = period;
    return undefined;
  }

  async #create(period: string, endsAt: number): Promise<Held> {
    this.#forgetDue();
    const keyId = randomUUID();
    const { masterKeyId, wrapped } = this.master.wrap(randomBytes(keyBytes), placeOfPeriodKey(period, keyId));
    const insert = `
      INSERT INTO vault.period_keys (key_id, period, master_key_id, wrapped, destroy_at) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (period) DO NOTHING`;
    const values = [keyId, period, masterKeyId, wrapped, new Date(endsAt + graceMs)];
    await this.pool.query(insert, values).catch(explainRetired);
    return (await this.#load('period', period))!;
  }

  async #load(column: 'key_id' | 'period', value: string): Promise<Held | undefined> {
    const { rows } = await this.pool.query<Row>(`${select} WHERE ${column} = $1`, [value]);
    const row = rows[0];
    if (!row) return undefined;
    const key = this.master.unwrap(row, placeOfPeriodKey(row.period, row.keyId));
    const held = { keyId: row.keyId, key, period: row.period, destroyAt: row.destroyAt };
    this.#byId.set(held.keyId, held);
    this.#current.set(held.period, held);
    return held;
  }

  #isDue = (held: Held): boolean => held.destroyAt <= this.clock.now();

  #forgetDue(): void {
    for (const held of this.#byId.values()) {
      if (!this.#isDue(held)) continue;
      this.#byId.delete(held.keyId);
      this.#current.delete(held.period);
    }
  }
}

interface Held extends PeriodKey {
  period: string;
  destroyAt: Date;
}

interface Row {
  keyId: string;
  period: string;
  masterKeyId: string;
  wrapped: Buffer;
  destroyAt: Date;
}

const dayMs = 24 * 60 * 60 * 1000;
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const endOfDay = (at: Date): number => Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1);

/** A code of the last minutes of a period still needs its key. */
const graceMs = 60 * 60 * 1000;

const select = `
  SELECT key_id AS "keyId", period, master_key_id AS "masterKeyId", wrapped, destroy_at AS "destroyAt"
  FROM vault.period_keys`;

/** What a wrapped period key is bound to. */
export const placeOfPeriodKey = (period: string, keyId: string): string[] => ['period', period, keyId];
