import pg from 'pg';

/**
 * A pool whose connections may die (a restart of the server), idle or in the middle of a transaction, without bringing the
 * process down: whoever works with one gets the error from the next query.
 */
export function openPool(
  databaseUrl: string,
  options: { max?: number; onError?: (error: Error) => void } = {},
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 12,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    application_name: 'keyturn',
  });
  return outlivingCuts(pool, options.onError);
}

/** A pool listens to idle connections alone: one that is taken and between two queries would have nobody to hear it end. */
export function outlivingCuts(pool: pg.Pool, onError?: (error: Error) => void): pg.Pool {
  pool.on('error', (error) => onError?.(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
