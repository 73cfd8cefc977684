import type { AllStreamSubscription } from '@eventstore/db-client';
import { appendMany, follow } from './following';
import {
  collect,
  describeStores,
  END,
  events,
  eventTypeFilter,
  excludeSystemEvents,
  ids,
  START,
  streamNameFilter,
} from './stores';

describeStores('subscribe to $all', (store) => {
  it('neither misses nor repeats nor reorders while others write', async () => {
    const prefix = store.stream('busy');
    const started = await store.client.appendToStream(`${prefix}-0`, events(1));
    const filter = streamNameFilter({ prefixes: [prefix] });
    const followers = ([START, started.position!, END] as const).map((fromPosition) =>
      follow(store.client.subscribeToAll({ fromPosition, filter })),
    );
    await followers[2]!.until(() => followers[2]!.caughtUp > 0);
    const writer = async (name: string): Promise<void> => {
      for (let turn = 0; turn < 60; turn++) await store.client.appendToStream(name, events((turn % 4) + 1));
    };
    await Promise.all(Array.from({ length: 8 }, (_, index) => writer(`${prefix}-${index + 1}`)));
    const written = (await collect(store.client.readAll({ fromPosition: started.position! })))
      .filter(({ event }) => event!.streamId.startsWith(`${prefix}-`))
      .map(({ event }) => event!.id);
    expect(written).toHaveLength(1 + 8 * 150);
    for (const [index, follower] of followers.entries()) {
      const expected = index === 0 ? written : written.slice(1);
      await follower.until(() => follower.ids.length >= expected.length);
      expect(follower.ids).toEqual(expected);
    }
    await Promise.all(followers.map((follower) => follower.stop()));
  });

  it('resumes after a position without repeating it', async () => {
    const stream = store.stream();
    const proposed = events(6);
    const positions = [];
    for (const event of proposed) positions.push((await store.client.appendToStream(stream, event)).position!);
    const filter = streamNameFilter({ prefixes: [stream] });
    const seen = follow(store.client.subscribeToAll({ fromPosition: positions[2]!, filter }));
    await seen.until(() => seen.ids.length >= 3);
    expect(seen.ids).toEqual(ids(proposed.slice(3)));
    await seen.stop();
  });

  it('filters by stream name and by event type, by prefix and by pattern', async () => {
    const [name, type] = [store.stream('filtered'), `Filtered${Date.now()}`];
    const wanted = events(4, type);
    await store.client.appendToStream(name, [...wanted.slice(0, 2), ...events(2, 'Other')]);
    await store.client.appendToStream(store.stream('unwanted'), [...wanted.slice(2), ...events(5, 'Other')]);
    const byName = [streamNameFilter({ prefixes: ['none-', name] }), streamNameFilter({ regex: `^${name}$` })];
    const byType = [eventTypeFilter({ prefixes: [type] }), eventTypeFilter({ regex: `^Filtered\\d+$` })];
    for (const filter of byName) {
      const seen = follow(store.client.subscribeToAll({ filter }));
      await seen.until(() => seen.caughtUp > 0);
      expect(seen.ids).toHaveLength(4);
      await seen.stop();
    }
    for (const filter of byType) {
      const seen = follow(store.client.subscribeToAll({ filter }));
      await seen.until(() => seen.caughtUp > 0);
      expect(seen.ids.filter((id) => ids(wanted).includes(id))).toEqual(ids(wanted));
      await seen.stop();
    }
  });

  it('leaves out system events when asked to', async () => {
    const stream = store.stream();
    const { position } = await store.client.setStreamMetadata(stream, { maxCount: 5 });
    const proposed = events(2);
    await store.client.appendToStream(stream, proposed);
    const seen = follow(store.client.subscribeToAll({ fromPosition: position!, filter: excludeSystemEvents() }));
    await seen.until(() => seen.ids.length >= 2);
    expect(seen.types.filter((type) => type.startsWith('$'))).toEqual([]);
    await seen.stop();
  });

  for (const [title, prefix] of [
    ['that matches', ''],
    ['that matches nothing', 'nothing-'],
  ] as const) {
    it(`reports checkpoints at the interval asked, with a filter ${title}`, async () => {
      const stream = store.stream('checkpoints');
      const start = (await store.client.appendToStream(stream, events(1))).position!;
      const reached: bigint[] = [];
      const filter = streamNameFilter({
        prefixes: [prefix + stream],
        maxSearchWindow: 32,
        checkpointInterval: 2,
        checkpointReached: async (_, position) => {
          reached.push(position.commit);
          seen.notify();
        },
      });
      await store.client.appendToStream(stream, events(320));
      const seen = follow(store.client.subscribeToAll({ fromPosition: start, filter }));
      await seen.until(() => seen.caughtUp > 0);
      const caughtUp = reached.length;
      expect(caughtUp).toBeGreaterThanOrEqual(5);
      expect(caughtUp).toBeLessThanOrEqual(6);
      for (let turn = 0; turn < 16; turn++) await store.client.appendToStream(stream, events(20));
      await seen.until(() => reached.length >= caughtUp + 5);
      expect(reached).toEqual(reached.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(reached[0]).toBeGreaterThan(start.commit);
      await seen.stop();
    });
  }

  it('resumes from a checkpoint without missing anything', async () => {
    const stream = store.stream('resume');
    const start = (await store.client.appendToStream(store.stream(), events(1))).position!;
    const proposed = events(200);
    await store.client.appendToStream(stream, proposed);
    const checkpoints: { commit: bigint; prepare: bigint }[] = [];
    const filter = (
      checkpointReached?: (subscription: AllStreamSubscription, at: (typeof checkpoints)[0]) => Promise<void>,
    ) => streamNameFilter({ prefixes: [stream], ...(checkpointReached && { checkpointReached }) });
    const order: ('event' | 'checkpoint')[] = [];
    const first = follow(
      store.client.subscribeToAll({
        fromPosition: start,
        filter: filter(async (_, at) => {
          checkpoints.push(at);
          order.push('checkpoint');
        }),
      }),
      () => order.push('event'),
    );
    await first.until(() => first.caughtUp > 0);
    await first.stop();
    expect(checkpoints.length).toBeGreaterThan(2);
    const middle = checkpoints[2]!;
    const second = follow(store.client.subscribeToAll({ fromPosition: middle, filter: filter() }));
    await second.until(() => second.caughtUp > 0);
    const rest = (await collect(store.client.readAll({ fromPosition: middle })))
      .filter(({ event }) => event!.streamId === stream && event!.position.commit > middle.commit)
      .map(({ event }) => event!.id);
    expect(second.ids).toEqual(rest);
    expect(ids(proposed).slice(-rest.length)).toEqual(rest);
    await second.stop();
  });

  it('serves a slow reader in order while the log grows far beyond what is kept in memory', async () => {
    const stream = store.stream('slow');
    const subscription = store.client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [stream] }),
    });
    const seen = follow(subscription);
    await seen.until(() => seen.caughtUp > 0);
    subscription.pause();
    const written = await appendMany(store, stream, 12_000);
    subscription.resume();
    await seen.until(() => seen.ids.length >= written.length);
    expect(seen.ids).toEqual(written);
    await seen.stop();
  }, 60_000);
});
