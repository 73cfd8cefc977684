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
  /** Ends it. */
  #listening: Promise<() => void> | undefined;

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
    // Listened for before it is asked, and before the table is looked at: what is said in between would never be heard.
    let answered = this.#word(`answered ${askId}`, Math.min(waitMs, lookMs));
    try {
      await this.pool.query(asking, [askId, tenantId, JSON.stringify(body), `asked ${tenantId}`]);
      const until = performance.now() + waitMs;
      for (let left = waitMs; left > 0; left = until - performance.now()) {
        await answered.heard;
        answered = this.#word(`answered ${askId}`, Math.max(0, Math.min(until - performance.now(), lookMs)));
        const { rows } = await this.pool.query<{ verdict: string }>(
          'DELETE FROM runtime.sign_in_asks WHERE ask_id = $1 AND verdict IS NOT NULL RETURNING verdict',
          [askId],
        );
        if (rows[0]) return this.#unmarked(askId, rows[0].verdict);
      }
      await this.pool.query('DELETE FROM runtime.sign_in_asks WHERE ask_id = $1', [askId]);
      return undefined;
    } finally {
      answered.forget();
    }
  }

  /** The longest waiting question to a tenant's agents; each is given to one of them. */
  async take(tenantId: string, leave: AbortSignal): Promise<object | undefined> {
    await this.#listen();
    while (!leave.aborted) {
      const asked = this.#word(`asked ${tenantId}`, lookMs * 4, leave);
      try {
        const { rows } = await this.pool.query<{ body: object }>(taking, [tenantId, ageMs]);
        if (rows[0]) return rows[0].body;
        await asked.heard;
      } finally {
        asked.forget();
      }
    }
    return undefined;
  }

  async answer(tenantId: string, askId: string, verdict: string): Promise<void> {
    await this.pool.query(answering, [askId, tenantId, this.#marked(askId, verdict), `answered ${askId}`]);
  }

  async close(): Promise<void> {
    const leave = await this.#listening?.catch(() => undefined);
    leave?.();
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

  /** Listens from now on; `heard` comes at the latest after so many milliseconds, or when it is left. */
  #word(word: string, ms: number, leave?: AbortSignal): { heard: Promise<void>; forget: () => void } {
    const over = new AbortController();
    const forget = (): void => over.abort();
    const timer = setTimeout(forget, ms);
    leave?.addEventListener('abort', forget, { signal: over.signal });
    if (leave?.aborted) forget();
    const heard = once(this.#heard, word, { signal: over.signal })
      .catch(() => undefined)
      .then(() => clearTimeout(timer));
    return { heard, forget };
  }

  /** On a connection of its own; one that breaks is opened anew by whoever waits next. */
  async #listen(): Promise<void> {
    this.#listening ??= (async () => {
      const client = await this.pool.connect();
      let left = false;
      // Once: it may break while it is being closed, and more than once.
      const leave = (): void => {
        if (left) return;
        left = true;
        this.#listening = undefined;
        client.release(true);
      };
      client.on('notification', ({ payload }) => payload && this.#heard.emit(payload));
      client.on('error', leave);
      try {
        await client.query('LISTEN keyturn_sign_ins');
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    })();
    await this.#listening.catch(() => (this.#listening = undefined));
  }
}

/** Whoever asked and died did not take its question away. */
const asking = `
  WITH forgotten AS (DELETE FROM runtime.sign_in_asks WHERE asked_at < clock_timestamp() - interval '1 minute'),
  kept AS (INSERT INTO runtime.sign_in_asks (ask_id, tenant_id, body) VALUES ($1, $2, $3))
  SELECT pg_notify('keyturn_sign_ins', $4)`;

const taking = `
  UPDATE runtime.sign_in_asks SET taken = true WHERE ask_id = (
    SELECT ask_id FROM runtime.sign_in_asks
    WHERE tenant_id = $1 AND NOT taken AND asked_at > clock_timestamp() - $2 * interval '1 millisecond'
    ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING body`;

const answering = `
  WITH answered AS (
    UPDATE runtime.sign_in_asks SET verdict = $3 WHERE ask_id = $1 AND tenant_id = $2 AND verdict IS NULL RETURNING 1)
  SELECT pg_notify('keyturn_sign_ins', $4) FROM answered`;

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
