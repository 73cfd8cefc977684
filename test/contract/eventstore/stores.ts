import { randomUUID } from 'node:crypto';
import client from '@eventstore/db-client';
import { jest } from '@jest/globals';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { createTestDatabase, type TestDatabase } from '../../support/database';

// Two cores may be shared with much else.
jest.setTimeout(30_000);

export const {
  ANY,
  BACKWARDS,
  END,
  NO_STREAM,
  START,
  STREAM_EXISTS,
  EventStoreDBClient,
  binaryEvent,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  streamNameFilter,
} = client;

export type Client = InstanceType<typeof EventStoreDBClient>;
export type Proposed = ReturnType<typeof jsonEvent>;

export interface StoreUnderTest {
  /** The published client, connected. */
  readonly client: Client;
  /** A name no other test uses, on a store that may be shared and hold anything. */
  stream(prefix?: string): string;
}

/** The same expectations for the embedded store, always, and for the server at `EVENTSTORE_URL`, when it is set. */
export function describeStores(title: string, tests: (store: StoreUnderTest) => void): void {
  describe(`${title}: embedded store`, () => {
    let database: TestDatabase;
    let embedded: EmbeddedEventStore;
    let connected: Client;
    beforeAll(async () => {
      database = await createTestDatabase();
      embedded = await startEmbeddedEventStore({ databaseUrl: database.url });
      connected = EventStoreDBClient.connectionString(embedded.url);
    });
    afterAll(async () => {
      await connected.dispose();
      await embedded.close();
      await database.drop();
    });
    tests({
      get client() {
        return connected;
      },
      stream: freshName,
    });
  });

  const real = process.env.EVENTSTORE_URL;
  if (!real) return;
  describe(`${title}: server at EVENTSTORE_URL`, () => {
    const connected = EventStoreDBClient.connectionString(real);
    afterAll(() => connected.dispose());
    tests({ client: connected, stream: freshName });
  });
}

const freshName = (prefix = 'contract'): string => `${prefix}-${randomUUID()}`;

export const events = (count: number, type = 'Tested'): Proposed[] =>
  Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { index } }));

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** Ids and revisions of a stream's visible events. */
export async function contents(client: Client, stream: string): Promise<{ ids: string[]; revisions: number[] }> {
  const read = await collect(client.readStream(stream));
  return { ids: read.map(({ event }) => event!.id), revisions: read.map(({ event }) => Number(event!.revision)) };
}

export const ids = (proposed: readonly Proposed[]): string[] => proposed.map(({ id }) => id);

/** The error an operation ends with. */
export async function failure(operation: Promise<unknown>): Promise<Error & { type?: string }> {
  try {
    await operation;
  } catch (error) {
    return error as Error;
  }
  throw new Error('The operation succeeded.');
}
