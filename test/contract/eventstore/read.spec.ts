import {
  BACKWARDS,
  collect,
  describeStores,
  END,
  events,
  failure,
  ids,
  jsonEvent,
  START,
  type StoreUnderTest,
} from './stores';

describeStores('read a stream', (store) => {
  const revisions = async (stream: string, options: Parameters<typeof store.client.readStream>[1] = {}) =>
    (await collect(store.client.readStream(stream, options))).map(({ event }) => Number(event!.revision));

  it('reads forwards from the start, from a revision, and from beyond the end', async () => {
    const stream = await filled(store, 10);
    expect(await revisions(stream)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await revisions(stream, { fromRevision: START, maxCount: 3 })).toEqual([0, 1, 2]);
    expect(await revisions(stream, { fromRevision: 7n })).toEqual([7, 8, 9]);
    expect(await revisions(stream, { fromRevision: 4n, maxCount: 2 })).toEqual([4, 5]);
    expect(await revisions(stream, { fromRevision: 10n })).toEqual([]);
  });

  it('reads backwards from the end and from a revision', async () => {
    const stream = await filled(store, 10);
    const direction = BACKWARDS;
    expect(await revisions(stream, { direction, fromRevision: END, maxCount: 3 })).toEqual([9, 8, 7]);
    expect(await revisions(stream, { direction, fromRevision: 4n, maxCount: 3 })).toEqual([4, 3, 2]);
    expect(await revisions(stream, { direction, fromRevision: 2n })).toEqual([2, 1, 0]);
    expect(await revisions(stream, { direction, fromRevision: START })).toEqual([0]);
  });

  it('reads long streams whole, both ways', async () => {
    const stream = await filled(store, 3_000);
    const forwards = await revisions(stream);
    expect(forwards).toEqual(Array.from({ length: 3_000 }, (_, index) => index));
    expect(await revisions(stream, { direction: BACKWARDS, fromRevision: END })).toEqual(forwards.toReversed());
  });

  it('says that a stream is not there', async () => {
    const stream = store.stream();
    expect(await failure(collect(store.client.readStream(stream)))).toMatchObject({
      type: 'stream-not-found',
      streamName: stream,
    });
  });

  it('reads what was just acknowledged', async () => {
    const stream = store.stream();
    for (let revision = 0; revision < 20; revision++) {
      await store.client.appendToStream(stream, events(1));
      expect(await revisions(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 })).toEqual([revision]);
    }
  });

  it('does not mix streams whose names begin alike', async () => {
    const stream = await filled(store, 2);
    await store.client.appendToStream(`${stream}-more`, events(3));
    await store.client.appendToStream(stream.toUpperCase(), events(3));
    expect(await revisions(stream)).toEqual([0, 1]);
  });

  it('stops when the reader has enough', async () => {
    const stream = await filled(store, 2_000);
    let read = 0;
    for await (const _ of store.client.readStream(stream)) if (++read === 10) break;
    expect(read).toBe(10);
    expect((await revisions(stream, { maxCount: 1 }))[0]).toBe(0);
  });
});

describeStores('read $all', (store) => {
  it('holds every event once, in the order of appends', async () => {
    const { own, streams } = await interleaved(store);
    const read = (await collect(store.client.readAll())).filter(({ event }) => streams.has(event!.streamId));
    expect(read.map(({ event }) => event!.id)).toEqual(own);
    const positions = (await collect(store.client.readAll())).map(({ event }) => event!.position.commit);
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(positions.length);
  });

  it('reads backwards the same events', async () => {
    const { own, streams } = await interleaved(store);
    const read = await collect(store.client.readAll({ direction: BACKWARDS, fromPosition: END }));
    const mine = read.filter(({ event }) => streams.has(event!.streamId));
    expect(mine.map(({ event }) => event!.id)).toEqual(own.toReversed());
  });

  it('begins at a position forwards, and before it backwards', async () => {
    const stream = store.stream();
    const proposed = events(5);
    const positions = [];
    for (const event of proposed) positions.push((await store.client.appendToStream(stream, event)).position!);
    const fromPosition = positions[2]!;
    const onlyMine = (read: Awaited<ReturnType<typeof collect<{ event?: { id: string; streamId: string } }>>>) =>
      read.filter(({ event }) => event!.streamId === stream).map(({ event }) => event!.id);
    expect(onlyMine(await collect(store.client.readAll({ fromPosition })))).toEqual(ids(proposed.slice(2)));
    const backwards = await collect(store.client.readAll({ fromPosition, direction: BACKWARDS }));
    expect(onlyMine(backwards)).toEqual(ids(proposed.slice(0, 2)).toReversed());
  });

  it('counts', async () => {
    await filled(store, 5);
    expect(await collect(store.client.readAll({ maxCount: 3 }))).toHaveLength(3);
    expect(await collect(store.client.readAll({ maxCount: 3, direction: BACKWARDS, fromPosition: END }))).toHaveLength(
      3,
    );
    expect(await collect(store.client.readAll({ fromPosition: END }))).toHaveLength(0);
    expect(await collect(store.client.readAll({ fromPosition: START, direction: BACKWARDS }))).toHaveLength(0);
  });
});

describeStores('stream metadata', (store) => {
  const visible = async (stream: string) =>
    (await collect(store.client.readStream(stream))).map(({ event }) => Number(event!.revision));

  it('comes back as it was set, with its revision in a stream of its own', async () => {
    const stream = store.stream();
    const metadata = { maxCount: 7, maxAge: 3_600, truncateBefore: 0, cacheControl: 15, owner: 'me' };
    const result = await store.client.setStreamMetadata(stream, metadata, { expectedRevision: 'no_stream' });
    expect(result.nextExpectedRevision).toBe(0n);
    expect((await store.client.getStreamMetadata(stream)).metadata).toEqual(metadata);
    await store.client.setStreamMetadata(stream, { maxCount: 3 }, { expectedRevision: 0n });
    expect((await store.client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 3 });
    expect((await store.client.getStreamMetadata(store.stream())).metadata).toBeUndefined();
  });

  it('$maxCount shows the last events', async () => {
    const stream = await filled(store, 10);
    await store.client.setStreamMetadata(stream, { maxCount: 3 });
    expect(await visible(stream)).toEqual([7, 8, 9]);
    await store.client.appendToStream(stream, events(1));
    expect(await visible(stream)).toEqual([8, 9, 10]);
    const backwards = store.client.readStream(stream, { direction: BACKWARDS, fromRevision: END });
    expect((await collect(backwards)).map(({ event }) => Number(event!.revision))).toEqual([10, 9, 8]);
  });

  it('$tb shows events from a revision on', async () => {
    const stream = await filled(store, 10);
    await store.client.setStreamMetadata(stream, { truncateBefore: 6 });
    expect(await visible(stream)).toEqual([6, 7, 8, 9]);
    await store.client.setStreamMetadata(stream, { truncateBefore: 6, maxCount: 2 });
    expect(await visible(stream)).toEqual([8, 9]);
    await store.client.setStreamMetadata(stream, { truncateBefore: 100 });
    expect(await visible(stream)).toEqual([]);
    const result = await store.client.appendToStream(stream, events(1), { expectedRevision: 9n });
    expect(result.nextExpectedRevision).toBe(10n);
  });

  it('$maxAge keeps young events', async () => {
    const stream = await filled(store, 3);
    await store.client.setStreamMetadata(stream, { maxAge: 3_600 });
    expect(await visible(stream)).toEqual([0, 1, 2]);
  });

  it('ignores metadata that are no object', async () => {
    const stream = await filled(store, 3);
    await store.client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: [1] as never }));
    expect(await visible(stream)).toEqual([0, 1, 2]);
  });
});

async function filled(store: StoreUnderTest, count: number): Promise<string> {
  const stream = store.stream();
  for (let left = count; left > 0; left -= 1_000) {
    await store.client.appendToStream(stream, events(Math.min(left, 1_000)));
  }
  return stream;
}

/** Events of three streams, appended in turn. */
async function interleaved(store: StoreUnderTest): Promise<{ own: string[]; streams: Set<string> }> {
  const streams = [store.stream(), store.stream(), store.stream()];
  const own: string[] = [];
  for (let turn = 0; turn < 12; turn++) {
    const proposed = events((turn % 3) + 1);
    own.push(...ids(proposed));
    await store.client.appendToStream(streams[turn % 3]!, proposed);
  }
  return { own, streams: new Set(streams) };
}
