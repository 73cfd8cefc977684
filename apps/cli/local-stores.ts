import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { EventStore } from '#libs/eventstore/event-store';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { systemClock, type Clock } from '#libs/runtime/clock';
import { lockDataDir } from '#libs/runtime/data-dir';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';
import { openPool } from '#libs/runtime/postgres';
import { SharedClock } from '#libs/runtime/shared-clock';
import type { CliSettings } from './cli-settings.js';
import { OperatorError } from './operations.js';

export interface LocalStores {
  /** opened without upcasters */
  readonly store: EventStore;
  readonly pool: pg.Pool;
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Connects the stores the settings name, or starts those of the data directory, where nothing else may run meanwhile. */
export async function openLocalStores(settings: CliSettings, { create = false } = {}): Promise<LocalStores> {
  const { databaseUrl, eventStoreUrl, dataDir } = settings;
  if (databaseUrl && eventStoreUrl) return connected(databaseUrl, eventStoreUrl);
  if (databaseUrl || eventStoreUrl) {
    throw new OperatorError('Set both DATABASE_URL and EVENTSTORE_URL, or neither for the embedded Keyturn.');
  }
  if (!create && !(await exists(join(dataDir, 'postgres', 'PG_VERSION')))) {
    throw new OperatorError(`There is no Keyturn in ${dataDir}. Set KEYTURN_DATA_DIR to the folder it works in.`);
  }
  const ends: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const lock = await lockDataDir(dataDir, 'a keyturn command');
    ends.push(() => lock.release());
    const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
    ends.push(() => postgres.stop());
    const eventStore = await startEmbeddedEventStore({ databaseUrl: postgres.url });
    ends.push(() => eventStore.close());
    const stores = connected(postgres.url, eventStore.url);
    ends.push(() => stores.close());
    return { ...stores, clock: await clockOf(dataDir, stores.pool, ends), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function connected(databaseUrl: string, eventStoreUrl: string): LocalStores {
  const pool = openPool(databaseUrl, { max: 4 });
  const store = EventStore.connect(eventStoreUrl, { clock: systemClock });
  const close = async () => {
    await store.close();
    await pool.end();
  };
  return { store, pool, databaseUrl, eventStoreUrl, clock: systemClock, close };
}

/** Where the simulated world's clock was put forward, it stays so. */
async function clockOf(dataDir: string, pool: pg.Pool, ends: (() => Promise<unknown>)[]): Promise<Clock> {
  if (!(await exists(join(dataDir, 'demo-seeded')))) return systemClock;
  const clock = await SharedClock.open(pool);
  ends.push(() => Promise.resolve(clock.close()));
  return clock;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
