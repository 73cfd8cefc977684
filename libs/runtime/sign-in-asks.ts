import { createHmac, timingSafeEqual } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type pg from 'pg';
import { createRuntimeTables } from './runtime-tables.js';

/** What an agent is asked; `body` is sealed for agents, and nobody here can read what matters in it. */
export interface KeptAsk {
  readonly askId: string;
  readonly tenantId: string;
  readonly body: object;
}

/** Milliseconds after which a lost notification is made good. */
const lookMs = 500;
/** Milliseconds an ask waits for an agent at most; whoever asked has gone by then. */
const ageMs = 3_000;

/**
 * Questions of the sign-in to the agents, and their answers, between whatever processes they pass: through a table that is
 * not logged and notifications. Gone with their asker; no event tells of them but what the sign-in records itself.
 */
export class SignInAsks {
  readonly #heard = new EventEmitter().setMaxListeners(0);
  #listening: Promise<pg.PoolClient> | undefined;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly key: Buffer,
  ) {}

  /** @param key of the installation: an answer counts only with the mark of a process that knows it */
  static async open(pool: pg.Pool, key: Buffer): Promise<SignInAsks> {
    await createRuntimeTables(pool, tables);
    return new SignInAsks(pool, key);
  }

  /** @returns what the agent said; undefined when none did in time */
  async ask({ askId, tenantId, body }: KeptAsk, waitMs: number): Promise<string | undefined> {
    await this.#listen();
    await this.pool.query(
      `WITH kept AS (INSERT INTO runtime.sign_in_asks (ask_id, tenant_id, body) VALUES ($1, $2, $3))
       SELECT pg_notify('keyturn_sign_ins', $4)`,
      [askId, tenantId, JSON.stringify(body), `asked ${tenantId}`],
    );
    try {
      const until = performance.now() + waitMs;
      for (let left = waitMs; left > 0; left = until - performance.now()) {
        await this.#word(`answered ${askId}`, AbortSignal.timeout(Math.ceil(Math.min(left, lookMs))));
        const { rows } = await this.pool.query<{ verdict: string | null }>(
          'SELECT verdict FROM runtime.sign_in_asks WHERE ask_id = $1',
          [askId],
        );
        if (rows[0]?.verdict) return this.#unmarked(askId, rows[0].verdict);
      }
      return undefined;
    } finally {
      await this.pool.query('DELETE FROM runtime.sign_in_asks WHERE ask_id = $1', [askId]);
    }
  }

  /** The longest waiting question to a tenant's agents; each is given to one of them. */
  async take(tenantId: string, leave: AbortSignal): Promise<object | undefined> {
    await this.#listen();
    while (!leave.aborted) {
      const { rows } = await this.pool.query<{ body: object }>(taking, [tenantId, ageMs]);
      if (rows[0]) return rows[0].body;
      await this.#word(`asked ${tenantId}`, AbortSignal.any([leave, AbortSignal.timeout(lookMs * 4)]));
    }
    return undefined;
  }

  async answer(tenantId: string, askId: string, verdict: string): Promise<void> {
    const { rowCount } = await this.pool.query(
      'UPDATE runtime.sign_in_asks SET verdict = $3 WHERE ask_id = $1 AND tenant_id = $2 AND verdict IS NULL',
      [askId, tenantId, this.#marked(askId, verdict)],
    );
    if (rowCount) await this.pool.query("SELECT pg_notify('keyturn_sign_ins', $1)", [`answered ${askId}`]);
  }

  async close(): Promise<void> {
    const client = await this.#listening?.catch(() => undefined);
    client?.release(true);
  }

  /** Whoever can write this table must not be able to sign anybody in. */
  #marked(askId: string, verdict: string): string {
    const mark = createHmac('sha256', this.key).update(`${askId} ${verdict}`).digest('base64url');
    return `${verdict} ${mark}`;
  }

  #unmarked(askId: string, kept: string): string | undefined {
    const [held, verdict = ''] = [Buffer.from(kept), kept.split(' ')[0]];
    const right = Buffer.from(this.#marked(askId, verdict));
    return held.length === right.length && timingSafeEqual(held, right) ? verdict : undefined;
  }

  async #word(word: string, signal: AbortSignal): Promise<void> {
    await once(this.#heard, word, { signal }).catch(() => undefined);
  }

  /** On a connection of its own; one that breaks is opened anew by whoever waits next. */
  async #listen(): Promise<void> {
    this.#listening ??= (async () => {
      const client = await this.pool.connect();
      client.on('notification', ({ payload }) => payload && this.#heard.emit(payload));
      client.once('error', () => {
        this.#listening = undefined;
        client.release(true);
      });
      await client.query('LISTEN keyturn_sign_ins');
      return client;
    })();
    await this.#listening.catch(() => (this.#listening = undefined));
  }
}

const taking = `
  UPDATE runtime.sign_in_asks SET taken = true WHERE ask_id = (
    SELECT ask_id FROM runtime.sign_in_asks
    WHERE tenant_id = $1 AND NOT taken AND asked_at > clock_timestamp() - $2 * interval '1 millisecond'
    ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING body`;

/** Two processes may start at once: the lock lets one create. What a crash left is nobody's any more. */
const tables = `
  CREATE UNLOGGED TABLE IF NOT EXISTS runtime.sign_in_asks (
    ask_id uuid PRIMARY KEY,
    tenant_id text NOT NULL,
    body jsonb NOT NULL,
    taken boolean NOT NULL DEFAULT false,
    verdict text,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  DELETE FROM runtime.sign_in_asks WHERE asked_at < clock_timestamp() - interval '1 minute'`;
