import pg from 'pg';

/** What PostgreSQL says, asked on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  try {
    return (await connection.query<Row>(text, values)).rows;
  } finally {
    await connection.end();
  }
}

/** How many events of a stream are committed. */
export const rows = async (url: string, stream: string): Promise<number> =>
  (await query(url, 'SELECT FROM eventstore.events WHERE stream = $1', [stream])).length;
