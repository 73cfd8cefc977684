import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import type { LocalStore } from '#libs/eventstore/local-connection';
import { createTestDatabase } from '../../support/database';
import { ScriptedStore } from './scripted-store';

export interface Server {
  /** what a client connects to */
  readonly url: string | LocalStore;
  stop(): Promise<void>;
  /** on the same address, with the same log */
  restart(): Promise<void>;
  /** stops for good */
  discard(): Promise<void>;
}

/** Every suite of the client side runs against the scripted store and the embedded one. */
export const servers: [name: string, start: () => Promise<Server>][] = [
  ['the scripted store', startScripted],
  ['the embedded store', startEmbedded],
  ['the embedded store in the same process', startLocal],
];

async function startScripted(): Promise<Server> {
  const store = await new ScriptedStore().start();
  return {
    url: store.url,
    stop: async () => store.stop(),
    restart: async () => void (await store.start()),
    discard: async () => store.stop(),
  };
}

async function startEmbedded(): Promise<Server> {
  const database = await createTestDatabase();
  let store = await startEmbeddedEventStore({ databaseUrl: database.url });
  const { url, port } = store;
  return {
    url,
    stop: () => store.close(),
    restart: async () => void (store = await startEmbeddedEventStore({ databaseUrl: database.url, port })),
    async discard() {
      await store.close();
      await database.drop();
    },
  };
}

async function startLocal(): Promise<Server> {
  const database = await createTestDatabase();
  let store = await startEmbeddedEventStore({ databaseUrl: database.url });
  return {
    url: {
      batchAppend: (...codes) => store.local.batchAppend(...(codes as Parameters<typeof store.local.batchAppend>)),
      read: (...asked) => store.local.read(...asked),
    },
    stop: () => store.close(),
    restart: async () => void (store = await startEmbeddedEventStore({ databaseUrl: database.url })),
    async discard() {
      await store.close();
      await database.drop();
    },
  };
}
