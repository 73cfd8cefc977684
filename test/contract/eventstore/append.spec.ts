import { randomBytes } from 'node:crypto';
import {
  ANY,
  binaryEvent,
  collect,
  contents,
  describeStores,
  events,
  failure,
  ids,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
} from './stores';

/** The client appends in batches, or one call at a time when the call carries credentials. */
const ways = { 'batch append': {}, 'single append': { credentials: { username: 'admin', password: 'changeit' } } };

describeStores('append', (store) => {
  for (const [way, options] of Object.entries(ways)) {
    describe(way, () => {
      it('creates a stream with no stream expected, and says where the last event went', async () => {
        const stream = store.stream();
        const result = await store.client.appendToStream(stream, events(3), {
          expectedRevision: NO_STREAM,
          ...options,
        });
        expect(result).toMatchObject({ success: true, nextExpectedRevision: 2n });
        const [last] = await collect(store.client.readStream(stream, { fromRevision: 2n }));
        expect(last!.event!.position).toEqual(result.position);
      });

      it('refuses no stream expected where one is', async () => {
        const stream = store.stream();
        await store.client.appendToStream(stream, events(2));
        const refused = await failure(
          store.client.appendToStream(stream, events(1), { expectedRevision: NO_STREAM, ...options }),
        );
        expect(refused).toMatchObject({
          type: 'wrong-expected-version',
          streamName: stream,
          expectedVersion: NO_STREAM,
          actualVersion: 1n,
        });
      });

      it('refuses a revision where there is no stream', async () => {
        const stream = store.stream();
        const refused = await failure(
          store.client.appendToStream(stream, events(1), { expectedRevision: 3n, ...options }),
        );
        expect(refused).toMatchObject({ expectedVersion: 3n, actualVersion: NO_STREAM });
      });

      it('refuses revisions that no stream can have', async () => {
        const stream = store.stream();
        await store.client.appendToStream(stream, events(1));
        for (const expectedRevision of [2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 64n - 1n]) {
          const refused = await failure(
            store.client.appendToStream(stream, events(1), { expectedRevision, ...options }),
          );
          expect(refused).toMatchObject({ type: 'wrong-expected-version', actualVersion: 0n });
        }
        expect((await contents(store.client, stream)).revisions).toEqual([0]);
      });

      it('refuses to append to an existing stream that is not there', async () => {
        const stream = store.stream();
        const refused = await failure(
          store.client.appendToStream(stream, events(1), { expectedRevision: STREAM_EXISTS, ...options }),
        );
        expect(refused).toMatchObject({ type: 'wrong-expected-version', expectedVersion: STREAM_EXISTS });
      });

      it('appends to an existing stream, which may have nothing but metadata', async () => {
        const stream = store.stream();
        await store.client.setStreamMetadata(stream, { cacheControl: 5 });
        const result = await store.client.appendToStream(stream, events(1), {
          expectedRevision: STREAM_EXISTS,
          ...options,
        });
        expect(result.nextExpectedRevision).toBe(0n);
      });

      it('appends to any state of a stream', async () => {
        const stream = store.stream();
        await store.client.appendToStream(stream, events(1), { expectedRevision: ANY, ...options });
        const result = await store.client.appendToStream(stream, events(1), { expectedRevision: ANY, ...options });
        expect(result.nextExpectedRevision).toBe(1n);
      });

      it('writes all events of an append or none', async () => {
        const stream = store.stream();
        const proposed = events(50);
        await store.client.appendToStream(stream, proposed, { expectedRevision: NO_STREAM, ...options });
        await failure(store.client.appendToStream(stream, events(50), { expectedRevision: 3n, ...options }));
        expect((await contents(store.client, stream)).ids).toEqual(ids(proposed));
      });

      it('keeps payloads, metadata, types and ids as they came', async () => {
        const stream = store.stream('日本語');
        const json = jsonEvent({
          type: 'パスワードの再設定',
          data: { text: 'こんにちは 👋\u0000', nested: [1, 2.5, null, { a: true }] },
          metadata: { by: '管理者' },
        });
        const binary = binaryEvent({ type: 'Binary', data: randomBytes(4096), metadata: randomBytes(32) });
        const bare = jsonEvent({ type: 'Bare', data: {} });
        await store.client.appendToStream(stream, [json, binary, bare], options);
        const [first, second, third] = await collect(store.client.readStream(stream));
        expect(first!.event).toMatchObject({ ...eventFields(json), isJson: true, streamId: stream, revision: 0n });
        expect(second!.event).toMatchObject({ id: binary.id, type: 'Binary', isJson: false, revision: 1n });
        expect(Buffer.from(second!.event!.data as Uint8Array)).toEqual(Buffer.from(binary.data));
        expect(Buffer.from(second!.event!.metadata as Uint8Array)).toEqual(Buffer.from(binary.metadata!));
        expect(third!.event).toMatchObject({ data: {}, metadata: undefined });
      });

      it('stamps events with the time', async () => {
        const stream = store.stream();
        await store.client.appendToStream(stream, events(1), options);
        const [read] = await collect(store.client.readStream(stream));
        expect(Math.abs(read!.event!.created.getTime() - Date.now())).toBeLessThan(60_000);
      });

      it('refuses an append above the maximum size, whole', async () => {
        const stream = store.stream();
        const large = Array.from({ length: 3 }, () => binaryEvent({ type: 'Large', data: randomBytes(400_000) }));
        const refused = await failure(store.client.appendToStream(stream, large, options));
        expect(refused).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 1024 * 1024 });
        expect(await failure(collect(store.client.readStream(stream)))).toMatchObject({ type: 'stream-not-found' });
      });

      it('takes an append just below the maximum size', async () => {
        const stream = store.stream();
        const large = binaryEvent({ type: 'Large', data: randomBytes(1024 * 1024 - 100) });
        await store.client.appendToStream(stream, large, options);
        const [read] = await collect(store.client.readStream(stream));
        expect(Buffer.from(read!.event!.data as Uint8Array).equals(Buffer.from(large.data))).toBe(true);
      });

      it('says when the deadline has passed', async () => {
        const many = Array.from({ length: 5_000 }, () => jsonEvent({ type: 'Many', data: { text: 'x'.repeat(20) } }));
        const refused = await failure(store.client.appendToStream(store.stream(), many, { deadline: 1, ...options }));
        expect(refused.type).toBe('deadline-exceeded');
      });
    });
  }

  it('appends nothing to a stream when there is nothing to append', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, events(2));
    const result = await store.client.appendToStream(stream, [], { expectedRevision: 1n });
    expect(result.success).toBe(true);
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('lets exactly one of many writers win each revision', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, events(1), { expectedRevision: NO_STREAM });
    const races = Array.from({ length: 50 }, () =>
      store.client.appendToStream(stream, events(1), { expectedRevision: 0n }).then(
        () => 'won',
        (error: { type: string }) => error.type,
      ),
    );
    const results = await Promise.all(races);
    expect(results.filter((result) => result === 'won')).toHaveLength(1);
    expect(results.filter((result) => result === 'wrong-expected-version')).toHaveLength(49);
  });

  it('answers many appends in flight on one connection, each with its own result', async () => {
    const streams = Array.from({ length: 300 }, () => store.stream('many'));
    const results = await Promise.all(
      streams.map((stream, index) => store.client.appendToStream(stream, events((index % 5) + 1))),
    );
    expect(results.map(({ nextExpectedRevision }) => nextExpectedRevision)).toEqual(
      streams.map((_, index) => BigInt(index % 5)),
    );
  });

  it('takes an append that comes in several messages', async () => {
    const stream = store.stream();
    const proposed = Array.from({ length: 40 }, () => binaryEvent({ type: 'Part', data: randomBytes(1_000) }));
    const result = await store.client.appendToStream(stream, proposed, { batchAppendSize: 4_096 });
    expect(result.nextExpectedRevision).toBe(39n);
    expect((await contents(store.client, stream)).ids).toEqual(proposed.map(({ id }) => id));
  });
});

const eventFields = ({
  id,
  type,
  data,
  metadata,
}: {
  id: string;
  type: string;
  data: unknown;
  metadata?: unknown;
}) => ({
  id,
  type,
  data,
  metadata,
});
