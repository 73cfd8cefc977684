import {
  ANY,
  describeStores,
  events,
  contents,
  failure,
  NO_STREAM,
  type Proposed,
  type StoreUnderTest,
} from './stores';

/**
 * EventStoreDB's own sequences (`appending_to_implicitly_created_stream`), by their names: `0em1` is event 0 written
 * with expected revision −1, `1any` event 1 with any, `S_…_E` several events in one append, `wev` a wrong expected
 * version.
 */
describeStores('idempotent sequences', (store) => {
  it('0em1_1e0_2e1_3e2_4e3_5e4_0em1_idempotent', async () => {
    const { stream, six } = await sixEvents(store);
    await append(store, stream, six.slice(0, 1), NO_STREAM);
    expect((await contents(store.client, stream)).revisions).toHaveLength(6);
  });

  it('0em1_1e0_2e1_3e2_4e3_5e4_0any_idempotent', async () => {
    const { stream, six } = await sixEvents(store);
    await append(store, stream, six.slice(0, 1), ANY);
    expect((await contents(store.client, stream)).revisions).toHaveLength(6);
  });

  it('0em1_1e0_2e1_3e2_4e3_5e4_0e5_non_idempotent', async () => {
    const { stream, six } = await sixEvents(store);
    await append(store, stream, six.slice(0, 1), 5n);
    expect((await contents(store.client, stream)).revisions).toHaveLength(7);
  });

  it('0em1_1e0_2e1_3e2_4e3_5e4_0e6_wev', async () => {
    const { stream, six } = await sixEvents(store);
    const refused = await failure(append(store, stream, six.slice(0, 1), 6n));
    expect(refused).toMatchObject({ type: 'wrong-expected-version', expectedVersion: 6n, actualVersion: 5n });
  });

  it('0em1_1e0_2e1_3e2_4e3_5e4_0e4_wev', async () => {
    const { stream, six } = await sixEvents(store);
    const refused = await failure(append(store, stream, six.slice(0, 1), 4n));
    expect(refused).toMatchObject({ type: 'wrong-expected-version', expectedVersion: 4n, actualVersion: 5n });
  });

  it('0em1_0e0_non_idempotent', async () => {
    const { stream, one } = await oneEvent(store);
    await append(store, stream, one, 0n);
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('0em1_0any_idempotent', async () => {
    const { stream, one } = await oneEvent(store);
    await append(store, stream, one, ANY);
    expect((await contents(store.client, stream)).revisions).toEqual([0]);
  });

  it('0em1_0em1_idempotent', async () => {
    const { stream, one } = await oneEvent(store);
    await append(store, stream, one, NO_STREAM);
    expect((await contents(store.client, stream)).revisions).toEqual([0]);
  });

  it('0em1_1e0_2e1_1any_1any_idempotent', async () => {
    const stream = store.stream();
    const [zero, one, two] = events(3) as [Proposed, Proposed, Proposed];
    await append(store, stream, [zero], NO_STREAM);
    await append(store, stream, [one], 0n);
    await append(store, stream, [two], 1n);
    await append(store, stream, [one], ANY);
    await append(store, stream, [one], ANY);
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1, 2]);
  });

  it('S_0em1_1em1_E_S_0em1_E_idempotent', async () => {
    const { stream, two } = await twoTogether(store);
    await append(store, stream, two.slice(0, 1), NO_STREAM);
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('S_0em1_1em1_E_S_0any_E_idempotent', async () => {
    const { stream, two } = await twoTogether(store);
    await append(store, stream, two.slice(0, 1), ANY);
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('S_0em1_1em1_E_S_1e0_E_idempotent', async () => {
    const { stream, two } = await twoTogether(store);
    await append(store, stream, two.slice(1), 0n);
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('S_0em1_1em1_E_S_1any_E_idempotent', async () => {
    const { stream, two } = await twoTogether(store);
    await append(store, stream, two.slice(1), ANY);
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('S_0em1_1em1_E_S_0em1_1em1_2em1_E_idempotancy_fail', async () => {
    const stream = store.stream();
    const three = events(3);
    await append(store, stream, three.slice(0, 2), NO_STREAM);
    const refused = await failure(append(store, stream, three, NO_STREAM));
    expect(refused).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('answers a repeat as it answered the first time', async () => {
    const stream = store.stream();
    const [first, second] = [events(2), events(3)];
    const answers = [await append(store, stream, first, NO_STREAM), await append(store, stream, second, 1n)];
    const repeats = [await append(store, stream, first, NO_STREAM), await append(store, stream, second, 1n)];
    expect(repeats.map(({ nextExpectedRevision }) => nextExpectedRevision)).toEqual([1n, 4n]);
    expect(answers.map(({ nextExpectedRevision }) => nextExpectedRevision)).toEqual([1n, 4n]);
  });

  it('recognises a repeat with an explicit revision however long ago it was', async () => {
    const { stream, one } = await oneEvent(store);
    await append(store, stream, events(100), 0n);
    await append(store, stream, one, NO_STREAM);
    expect((await contents(store.client, stream)).revisions).toHaveLength(101);
  });

  it('recognises a repeat that arrives together with the first', async () => {
    const stream = store.stream();
    const two = events(2);
    const answers = await Promise.all(Array.from({ length: 20 }, () => append(store, stream, two, NO_STREAM)));
    expect(new Set(answers.map(({ nextExpectedRevision }) => nextExpectedRevision))).toEqual(new Set([1n]));
    expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('recognises it without a revision too, whatever else arrives together', async () => {
    const pairs = Array.from({ length: 20 }, () => ({ stream: store.stream(), two: events(2) }));
    await Promise.all(pairs.flatMap(({ stream, two }) => [0, 1, 2].map(() => append(store, stream, two, ANY))));
    for (const { stream } of pairs) expect((await contents(store.client, stream)).revisions).toEqual([0, 1]);
  });

  it('lets the same id stand in two streams', async () => {
    const [one, other] = [store.stream(), store.stream()];
    const same = events(1);
    await append(store, one, same, ANY);
    await append(store, other, same, ANY);
    expect((await contents(store.client, other)).revisions).toEqual([0]);
  });
});

type Expected = typeof ANY | typeof NO_STREAM | bigint;

const append = (store: StoreUnderTest, stream: string, proposed: Proposed[], expectedRevision: Expected) =>
  store.client.appendToStream(stream, proposed, { expectedRevision });

async function sixEvents(store: StoreUnderTest): Promise<{ stream: string; six: Proposed[] }> {
  const stream = store.stream();
  const six = events(6);
  for (const [index, event] of six.entries()) {
    await append(store, stream, [event], index === 0 ? NO_STREAM : BigInt(index - 1));
  }
  return { stream, six };
}

async function oneEvent(store: StoreUnderTest): Promise<{ stream: string; one: Proposed[] }> {
  const stream = store.stream();
  const one = events(1);
  await append(store, stream, one, NO_STREAM);
  return { stream, one };
}

async function twoTogether(store: StoreUnderTest): Promise<{ stream: string; two: Proposed[] }> {
  const stream = store.stream();
  const two = events(2);
  await append(store, stream, two, NO_STREAM);
  return { stream, two };
}
