import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#libs/runtime/embedded-postgres';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { ServedStore } from './served';
import { collect, EventStoreDBClient, jsonEvent, type Client } from './stores';

const rounds = Number(process.env.KEYTURN_KILL_ROUNDS ?? 20);
const seed = Number(process.env.KEYTURN_KILL_SEED ?? randomInt(2 ** 31));
const writers = 8;

/** What one writer was told: events it holds an acknowledgement for, and those whose fate it never learned. */
interface Ledger {
  acknowledged: { stream: string; revision: number; id: string }[];
  unknown: Set<string>;
}

describe('kill -9 under parallel writers', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await createTestDatabase()));
  afterAll(() => database.drop());

  it(
    `loses nothing acknowledged and tears nothing in ${rounds} rounds (seed ${seed})`,
    async () => {
      console.log(`KEYTURN_KILL_SEED=${seed}`);
      const random = randomFrom(seed);
      const port = await freePort();
      const ledger: Ledger = { acknowledged: [], unknown: new Set() };
      const streams = Array.from({ length: writers }, (_, index) => `kill-${index}-${randomUUID()}`);
      for (let round = 0; round < rounds; round++) {
        const store = await ServedStore.start(database.url, port);
        const client = EventStoreDBClient.connectionString(store.url);
        const before = ledger.acknowledged.length;
        const stop = { now: false };
        const writing = streams.map((stream) => write(client, stream, ledger, stop, random));
        // The kill falls at a random moment after the first answers.
        while (ledger.acknowledged.length === before) await pause(1);
        await pause(Math.floor(random() * 120));
        await store.end('SIGKILL');
        stop.now = true;
        await Promise.all(writing);
        await client.dispose();
      }
      const store = await ServedStore.start(database.url, port);
      const client = EventStoreDBClient.connectionString(store.url);
      await verify(client, streams, ledger);
      await client.dispose();
      expect(await store.end('SIGTERM')).toBe(0);
    },
    30_000 + rounds * 10_000,
  );
});

/** Appends groups of one to five events until the store dies, and starts each round from what the store holds. */
async function write(
  client: Client,
  stream: string,
  ledger: Ledger,
  stop: { now: boolean },
  random: () => number,
): Promise<void> {
  let revision: number;
  try {
    revision = await lastRevision(client, stream);
  } catch {
    return;
  }
  while (!stop.now) {
    const group = randomUUID();
    const size = 1 + Math.floor(random() * 5);
    const proposed = Array.from({ length: size }, (_, index) =>
      jsonEvent({ type: 'Written', data: { group, index, size, padding: 'x'.repeat(Math.floor(random() * 2_000)) } }),
    );
    const expectedRevision = revision < 0 ? ('no_stream' as const) : BigInt(revision);
    try {
      await client.appendToStream(stream, proposed, { expectedRevision, deadline: 5_000 });
    } catch {
      for (const { id } of proposed) ledger.unknown.add(id);
      return;
    }
    for (const { id } of proposed) ledger.acknowledged.push({ stream, revision: ++revision, id });
  }
}

async function lastRevision(client: Client, stream: string): Promise<number> {
  try {
    const [last] = await collect(
      client.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 }),
    );
    return Number(last!.event!.revision);
  } catch (error) {
    if ((error as { type?: string }).type === 'stream-not-found') return -1;
    throw error;
  }
}

async function verify(client: Client, streams: string[], ledger: Ledger): Promise<void> {
  const all = (await collect(client.readAll())).map(({ event }) => event!);
  const mine = all.filter(({ streamId }) => streams.includes(streamId));

  // $all has neither gap nor repetition.
  expect(all.map(({ position }) => position.commit)).toEqual(all.map((_, index) => BigInt(index + 1)));
  expect(new Set(mine.map(({ id }) => id)).size).toBe(mine.length);

  // Everything acknowledged stands where it was said to stand.
  const places = new Map(mine.map(({ id, streamId, revision }) => [id, `${streamId}@${revision}`]));
  const misplaced = ledger.acknowledged.filter(
    ({ id, stream, revision }) => places.get(id) !== `${stream}@${revision}`,
  );
  expect(misplaced).toEqual([]);

  // Whatever else is there was asked for, and every append is whole.
  const acknowledged = new Set(ledger.acknowledged.map(({ id }) => id));
  expect(mine.filter(({ id }) => !acknowledged.has(id) && !ledger.unknown.has(id))).toEqual([]);
  const groups = Map.groupBy(mine, ({ data }) => (data as { group: string }).group);
  const torn = [...groups.values()].filter((group) => group.length !== (group[0]!.data as { size: number }).size);
  expect(torn).toEqual([]);

  for (const stream of streams) {
    const revisions = (await collect(client.readStream(stream))).map(({ event }) => Number(event!.revision));
    expect(revisions).toEqual(revisions.map((_, index) => index));
  }
  expect(mine.length).toBeGreaterThan(rounds);
}

/** A small seeded generator (mulberry32), so that a failing run can be repeated. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
