import type { Pool } from 'pg';

/**
 * Creates what is missing, safely when several processes start at once. The table is unlogged: captchas live for
 * minutes, and losing them in a crash of the database means new pictures, not a hole.
 */
export async function migrateCaptchas(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('keyturn captcha schema'))`);
    await client.query(`
      CREATE SCHEMA IF NOT EXISTS captcha;
      CREATE UNLOGGED TABLE IF NOT EXISTS captcha.questions (
        captcha_id uuid PRIMARY KEY,
        expires_at timestamptz NOT NULL,
        sealed bytea NOT NULL
      );
      ALTER TABLE captcha.questions ADD COLUMN IF NOT EXISTS used boolean NOT NULL DEFAULT false;
      CREATE INDEX IF NOT EXISTS questions_expires_at ON captcha.questions (expires_at);
    `);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
