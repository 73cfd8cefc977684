import type pg from 'pg';

/**
 * Creates tables of the schema `runtime`. All come through here, one after the other: two processes (or two parts of one)
 * that create the same schema at once would make one of them fail.
 * @param statements idempotent SQL; it runs in one transaction, the implicit one of a query of several statements
 */
export async function createRuntimeTables(pool: pg.Pool, statements: string): Promise<void> {
  await pool.query(`
    SELECT pg_advisory_xact_lock(hashtextextended('keyturn/runtime', 0));
    CREATE SCHEMA IF NOT EXISTS runtime;
    ${statements}`);
}
