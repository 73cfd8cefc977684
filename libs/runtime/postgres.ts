import pg from 'pg';

/** A pool whose idle connections may die (a restart of the server) without bringing the process down. */
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
  pool.on('error', (error) => options.onError?.(error));
  return pool;
}
