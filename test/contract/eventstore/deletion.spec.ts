import {
  ANY,
  collect,
  contents,
  describeStores,
  END,
  events,
  failure,
  ids,
  jsonEvent,
  NO_STREAM,
  START,
  STREAM_EXISTS,
  type StoreUnderTest,
} from './stores';

/** EventStoreDB's soft delete, recreation and tombstones (`soft_delete.cs`, `deleting_stream.cs`). */
describeStores('soft delete', (store) => {
  it('hides the stream', async () => {
    const stream = await deleted(store);
    expect(await failure(collect(store.client.readStream(stream)))).toMatchObject({
      type: 'stream-not-found',
      streamName: stream,
    });
  });

  for (const [title, expectedRevision] of Object.entries({
    any: ANY,
    'no stream': NO_STREAM,
    'exact revision': 1n,
  } as const)) {
    it(`lets the stream be recreated with ${title} expected; revisions go on`, async () => {
      const stream = await deleted(store);
      const fresh = events(3);
      const result = await store.client.appendToStream(stream, fresh, { expectedRevision });
      expect(result.nextExpectedRevision).toBe(4n);
      expect(await contents(store.client, stream)).toEqual({ ids: ids(fresh), revisions: [2, 3, 4] });
      expect(await store.client.getStreamMetadata(stream)).toMatchObject({ metadata: { truncateBefore: 2 } });
    });
  }

  it('refuses an append that expects the stream to exist', async () => {
    const stream = await deleted(store);
    const refused = store.client.appendToStream(stream, events(1), { expectedRevision: STREAM_EXISTS });
    expect(await failure(refused)).toMatchObject({ type: 'stream-deleted', streamName: stream });
  });

  it('lets it be recreated with no stream expected only once', async () => {
    const stream = await deleted(store);
    const fresh = events(3);
    await store.client.appendToStream(stream, fresh, { expectedRevision: NO_STREAM });
    const refused = store.client.appendToStream(stream, events(1), { expectedRevision: NO_STREAM });
    expect(await failure(refused)).toMatchObject({ type: 'wrong-expected-version' });
    expect((await contents(store.client, stream)).ids).toEqual(ids(fresh));
  });

  it('is recreated by the first of two appends with any expected', async () => {
    const stream = await deleted(store);
    const [first, second] = [events(3), events(2)];
    await store.client.appendToStream(stream, first, { expectedRevision: ANY });
    await store.client.appendToStream(stream, second, { expectedRevision: ANY });
    expect(await contents(store.client, stream)).toEqual({
      ids: ids([...first, ...second]),
      revisions: [2, 3, 4, 5, 6],
    });
  });

  it('knows a repeat of the append that recreated the stream', async () => {
    const stream = await deleted(store);
    const fresh = events(2);
    const first = await store.client.appendToStream(stream, fresh, { expectedRevision: 1n });
    const repeat = await store.client.appendToStream(stream, fresh, { expectedRevision: 1n });
    expect(repeat.nextExpectedRevision).toBe(first.nextExpectedRevision);
    expect((await contents(store.client, stream)).ids).toEqual(ids(fresh));
  });

  it('when_soft_deleted_stream_is_written_to_idempotently', async () => {
    const stream = store.stream();
    const old = events(2);
    await store.client.appendToStream(stream, old, { expectedRevision: NO_STREAM });
    await store.client.deleteStream(stream);
    const repeat = await store.client.appendToStream(stream, old, { expectedRevision: NO_STREAM });
    expect(repeat.nextExpectedRevision).toBe(1n);
    expect(await failure(collect(store.client.readStream(stream)))).toMatchObject({ type: 'stream-not-found' });
  });

  it('keeps other metadata when an append recreates the stream', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, events(2));
    await softDeleteKeeping(store, stream, { $maxCount: 100, key: 'some value' });
    const fresh = events(3);
    await store.client.appendToStream(stream, fresh, { expectedRevision: 1n });
    expect(await contents(store.client, stream)).toEqual({ ids: ids(fresh), revisions: [2, 3, 4] });
    expect((await store.client.getStreamMetadata(stream)).metadata).toEqual({
      truncateBefore: 2,
      maxCount: 100,
      key: 'some value',
    });
  });

  it('brings the stream back, empty, when metadata are set on it', async () => {
    const stream = await deleted(store);
    const result = await store.client.setStreamMetadata(stream, { maxCount: 100, key: 17 }, { expectedRevision: 0n });
    expect(result.nextExpectedRevision).toBe(1n);
    expect(await collect(store.client.readStream(stream))).toEqual([]);
    expect((await store.client.getStreamMetadata(stream)).metadata).toEqual({
      truncateBefore: 2,
      maxCount: 100,
      key: 17,
    });
  });

  it('refuses a wrong expected revision', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, events(2));
    for (const expectedRevision of [0n, 5n, NO_STREAM] as const) {
      const refused = await failure(store.client.deleteStream(stream, { expectedRevision }));
      expect(refused).toMatchObject({ type: 'wrong-expected-version', streamName: stream });
    }
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('deletes a stream that has nothing but metadata', async () => {
    const stream = store.stream();
    await store.client.setStreamMetadata(stream, { cacheControl: 10 });
    await store.client.deleteStream(stream, { expectedRevision: NO_STREAM });
  });

  it('leaves the events in $all', async () => {
    const stream = store.stream();
    const proposed = events(2);
    const { position } = await store.client.appendToStream(stream, proposed);
    await store.client.deleteStream(stream);
    const [still] = await collect(store.client.readAll({ fromPosition: position!, maxCount: 1 }));
    expect(still!.event!.id).toBe(proposed[1]!.id);
  });

  it('can be followed by a tombstone', async () => {
    const stream = await deleted(store);
    await store.client.tombstoneStream(stream);
    expect(await failure(collect(store.client.readStream(stream)))).toMatchObject({ type: 'stream-deleted' });
  });
});

describeStores('tombstone', (store) => {
  it('closes the stream for good', async () => {
    const stream = await tombstoned(store);
    expect(await failure(collect(store.client.readStream(stream)))).toMatchObject({
      type: 'stream-deleted',
      streamName: stream,
    });
    for (const expectedRevision of [ANY, NO_STREAM, STREAM_EXISTS, 1n] as const) {
      const refused = await failure(store.client.appendToStream(stream, events(1), { expectedRevision }));
      expect(refused).toMatchObject({ type: 'stream-deleted', streamName: stream });
    }
    expect(await failure(store.client.deleteStream(stream))).toMatchObject({ type: 'stream-deleted' });
    expect(await failure(store.client.tombstoneStream(stream))).toMatchObject({ type: 'stream-deleted' });
  });

  it('refuses even the repeat of an earlier append', async () => {
    const stream = store.stream();
    const proposed = events(2);
    await store.client.appendToStream(stream, proposed, { expectedRevision: NO_STREAM });
    await store.client.tombstoneStream(stream);
    const repeat = store.client.appendToStream(stream, proposed, { expectedRevision: NO_STREAM });
    expect(await failure(repeat)).toMatchObject({ type: 'stream-deleted' });
  });

  it('closes its metadata too', async () => {
    const stream = await tombstoned(store);
    expect(await failure(store.client.setStreamMetadata(stream, { maxCount: 1 }))).toMatchObject({
      type: 'stream-deleted',
    });
    expect(await failure(store.client.getStreamMetadata(stream))).toMatchObject({ type: 'stream-deleted' });
  });

  it('takes the revision expected, or none for a stream that never was', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, events(2));
    expect(await failure(store.client.tombstoneStream(stream, { expectedRevision: 0n }))).toMatchObject({
      type: 'wrong-expected-version',
      expectedVersion: 0n,
    });
    await store.client.tombstoneStream(stream, { expectedRevision: 1n });
    const never = store.stream();
    await store.client.tombstoneStream(never, { expectedRevision: NO_STREAM });
    expect(await failure(collect(store.client.readStream(never)))).toMatchObject({ type: 'stream-deleted' });
  });

  it('stands in $all', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, events(1));
    const { position } = await store.client.tombstoneStream(stream);
    const [last] = await collect(store.client.readAll({ fromPosition: position!, maxCount: 1 }));
    expect(last!.event).toMatchObject({ type: '$streamDeleted', streamId: stream, revision: 2n ** 63n - 1n });
  });

  it('ends a subscription to the stream', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, events(1));
    const subscription = store.client.subscribeToStream(stream, { fromRevision: START });
    const ended = failure(collect(subscription));
    await new Promise((caughtUp) => subscription.once('caughtUp', () => caughtUp(undefined)));
    await store.client.tombstoneStream(stream);
    expect(await ended).toMatchObject({ type: 'stream-deleted' });
    const again = failure(collect(store.client.subscribeToStream(stream, { fromRevision: END })));
    expect(await again).toMatchObject({ type: 'stream-deleted' });
  });
});

async function deleted(store: StoreUnderTest): Promise<string> {
  const stream = store.stream();
  await store.client.appendToStream(stream, events(2), { expectedRevision: NO_STREAM });
  await store.client.deleteStream(stream, { expectedRevision: 1n });
  return stream;
}

async function tombstoned(store: StoreUnderTest): Promise<string> {
  const stream = store.stream();
  await store.client.appendToStream(stream, events(2), { expectedRevision: NO_STREAM });
  await store.client.tombstoneStream(stream);
  return stream;
}

/** The `$tb` of a soft delete is a number no double holds, so it is written as raw JSON. */
async function softDeleteKeeping(
  store: StoreUnderTest,
  stream: string,
  others: Record<string, unknown>,
): Promise<void> {
  const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON('9223372036854775807');
  const data = { $tb: raw, ...others } as never;
  await store.client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data }));
}
