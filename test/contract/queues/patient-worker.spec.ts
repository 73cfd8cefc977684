import type pg from 'pg';
import { openPostgresBackend } from '#libs/runtime/queue-backend-postgres';
import { PatientWorker } from '#libs/runtime/patient-worker';
import { createTestDatabase } from '../../support/database';
import { until } from '../../support/until';

it('a worker whose store fails at once asks again in a while, and leaves the process its turn', async () => {
  const database = await createTestDatabase();
  const onError = (): void => undefined;
  const backend = await openPostgresBackend({ databaseUrl: database.url, connections: 2, onError });
  const worker = new PatientWorker(
    'patience',
    () => Promise.resolve(),
    { connection: backend.connection as never, drainDelay: 0.2 },
    backend.factory as never,
  );
  const errors: Error[] = [];
  worker.on('error', (error) => void errors.push(error));
  try {
    await (backend.connection as pg.Pool).end();
    await until('it failed twice', () => errors.length >= 2, 10_000);
    const [began, before] = [performance.now(), errors.length];
    await until('a second has passed', () => performance.now() - began > 1_000, 10_000);
    expect(errors.length - before).toBeLessThan(10);
  } finally {
    void worker.close(true).catch(onError);
    await database.drop();
  }
}, 60_000);
