import pg from 'pg';

interface Options {
  databaseUrl: string;
  /** What only one process at a time may do. */
  name: string;
  signal: AbortSignal;
  /** Milliseconds before a lost connection is opened again; 500. */
  retryMs?: number;
  onError: (error: Error) => void;
  /** Whether no further try can help; other errors of the work are tried again. */
  isFatal: (error: Error) => boolean;
}

/**
 * Runs `work` while this process holds the advisory lock of that name; others wait and take over when it goes. A lost
 * connection is a lost lock: then the work is told to stop, and begins anew once the lock is held again.
 * @param work ends when its signal aborts
 * @throws what the work throws, if that is fatal
 */
export async function oneAtATime(options: Options, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { signal, onError, retryMs = 500 } = options;
  while (!signal.aborted) {
    const held = new AbortController();
    const client = new pg.Client({ connectionString: options.databaseUrl, keepAlive: true });
    client.on('error', (error) => (onError(error), held.abort()));
    client.on('end', () => held.abort());
    const stop = () => (held.abort(), void client.end());
    signal.addEventListener('abort', stop, { once: true });
    const locked = await lock(client, options.name).catch((error: Error) => void (signal.aborted || onError(error)));
    try {
      if (locked && !held.signal.aborted) await work(held.signal);
    } catch (error) {
      if (options.isFatal(error as Error)) throw error;
      onError(error as Error);
    } finally {
      signal.removeEventListener('abort', stop);
      await client.end().catch(() => undefined);
    }
    if (!signal.aborted) await new Promise((resume) => setTimeout(resume, retryMs));
  }
}

async function lock(client: pg.Client, name: string): Promise<true> {
  await client.connect();
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`keyturn/${name}`]);
  return true;
}
