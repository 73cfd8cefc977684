import { appendMany, follow } from './following';
import { describeStores, END, events, ids, START } from './stores';

describeStores('subscribe to a stream', (store) => {
  it('hands over what is there, says it has caught up, and goes on live', async () => {
    const stream = store.stream();
    const [before, after] = [events(300), events(300)];
    await store.client.appendToStream(stream, before);
    const seen = follow(store.client.subscribeToStream(stream, { fromRevision: START }));
    await seen.until(() => seen.caughtUp > 0);
    expect(seen.ids).toEqual(ids(before));
    for (const event of after) await store.client.appendToStream(stream, event);
    await seen.until(() => seen.ids.length >= 600);
    expect(seen.ids).toEqual(ids([...before, ...after]));
    await seen.stop();
  });

  it('starts after the revision named, or with what comes next', async () => {
    const stream = store.stream();
    const [before, after] = [events(5), events(2)];
    await store.client.appendToStream(stream, before);
    const fromThird = follow(store.client.subscribeToStream(stream, { fromRevision: 2n }));
    const fromEnd = follow(store.client.subscribeToStream(stream, { fromRevision: END }));
    await fromEnd.until(() => fromEnd.caughtUp > 0);
    await store.client.appendToStream(stream, after);
    await fromThird.until(() => fromThird.ids.length >= 4);
    await fromEnd.until(() => fromEnd.ids.length >= 2);
    expect(fromThird.ids).toEqual(ids([...before.slice(3), ...after]));
    expect(fromEnd.ids).toEqual(ids(after));
    await Promise.all([fromThird.stop(), fromEnd.stop()]);
  });

  it('waits for a stream that is not there yet', async () => {
    const stream = store.stream();
    const seen = follow(store.client.subscribeToStream(stream));
    await seen.until(() => seen.caughtUp > 0);
    const proposed = events(3);
    await store.client.appendToStream(stream, proposed);
    await seen.until(() => seen.ids.length >= 3);
    expect(seen.ids).toEqual(ids(proposed));
    await seen.stop();
  });

  it('goes on when the stream is deleted and recreated', async () => {
    const stream = store.stream();
    const [before, after] = [events(2), events(2)];
    await store.client.appendToStream(stream, before);
    const seen = follow(store.client.subscribeToStream(stream));
    await seen.until(() => seen.ids.length >= 2);
    await store.client.deleteStream(stream);
    await store.client.appendToStream(stream, after);
    await seen.until(() => seen.ids.length >= 4);
    expect(seen.ids).toEqual(ids([...before, ...after]));
    await seen.stop();
  });

  it('neither misses nor repeats while it catches up and others write', async () => {
    const stream = store.stream();
    const written = await appendMany(store, stream, 3_000);
    const followers = [];
    for (let turn = 0; turn < 60; turn++) {
      if (turn % 6 === 0) followers.push(follow(store.client.subscribeToStream(stream)));
      const proposed = events(3);
      await store.client.appendToStream(stream, proposed);
      written.push(...ids(proposed));
    }
    for (const follower of followers) {
      await follower.until(() => follower.ids.length >= written.length);
      expect(follower.ids).toEqual(written);
      await follower.stop();
    }
  });

  it('shows of a truncated stream what a read shows', async () => {
    const stream = store.stream();
    const proposed = events(10);
    await store.client.appendToStream(stream, proposed);
    await store.client.setStreamMetadata(stream, { truncateBefore: 4, maxCount: 8 });
    const seen = follow(store.client.subscribeToStream(stream));
    await seen.until(() => seen.caughtUp > 0);
    expect(seen.ids).toEqual(ids(proposed.slice(4)));
    await seen.stop();
  });

  it('catches up with what it missed while its reader was slow', async () => {
    const stream = store.stream();
    const subscription = store.client.subscribeToStream(stream);
    const seen = follow(subscription);
    await seen.until(() => seen.caughtUp > 0);
    subscription.pause();
    const proposed = Array.from({ length: 20 }, () => events(250)).flat();
    for (let from = 0; from < proposed.length; from += 250) {
      await store.client.appendToStream(stream, proposed.slice(from, from + 250));
    }
    subscription.resume();
    await seen.until(() => seen.ids.length >= proposed.length);
    expect(seen.ids).toEqual(ids(proposed));
    await seen.stop();
  });
});
