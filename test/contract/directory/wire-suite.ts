import { randomUUID } from 'node:crypto';
import { Directory } from '#libs/directory/directory';
import type { WriteRequest, WriteResult } from '#libs/directory/write-result';
import { until } from '../../support/until';
import { Wire } from '../../support/wire';
import type { Peopled } from './known-people';

/** Whatever is lost between us and the directory: never a second change, never a false failure. */
export function wireSuite(peopledOf: () => Peopled): void {
  let wire: Wire;
  let directory: Directory;
  let epoch = 1_000_000;

  beforeAll(async () => {
    const { options } = peopledOf();
    const { hostname, port } = new URL(options.url);
    wire = await Wire.to(hostname, Number(port || 636));
    directory = new Directory({ ...options, url: `ldaps://127.0.0.1:${wire.near}`, timeoutMs: 1_000 });
  });
  afterAll(() => wire?.close());
  afterEach(() => wire.mend());

  const wish = (password: string): WriteRequest => ({
    userId: peopledOf().ids.carol,
    epoch: ++epoch,
    writebackId: randomUUID(),
    password,
    unlock: true,
    deadline: Date.now() + 60_000,
  });
  /** @param fault brought about at the last moment before the first Modify */
  async function writing(request: WriteRequest, fault: () => void): Promise<WriteResult> {
    let first = true;
    return directory.write(request, () => {
      if (first) fault();
      first = false;
      return Promise.resolve();
    });
  }
  const changes = () => peopledOf().changes('carol');
  const binds = (password: string) => peopledOf().binds('carol', password);

  it('finds out that it was done when the answer is swallowed', async () => {
    const before = await changes();
    expect(await writing(wish('Swallowed-Harbour-1!'), () => wire.mute())).toMatchObject({ kind: 'done', writes: 1 });
    expect([(await changes()) - before, await binds('Swallowed-Harbour-1!')]).toEqual([1, true]);
  });

  it('lets nothing of what it gave up leave this machine later, and ends in order what was answered', async () => {
    const before = wire.resets;
    expect((await writing(wish('Ordered-Harbour-1!'), () => {})).kind).toBe('done');
    expect(await directory.signIn(peopledOf().ids.carol, 'Wrong-Harbour-1!')).toEqual({ kind: 'wrong' });
    expect(wire.resets).toBe(before);
    expect((await writing(wish('Dropped-Harbour-1!'), () => wire.mute())).kind).toBe('done');
    await until('the connection was reset', () => wire.resets > before);
  });

  it('binds anew when the connection is cut before the write, and never goes on without', async () => {
    const before = await changes();
    expect(await writing(wish('Severed-Harbour-1!'), () => wire.cut())).toMatchObject({ kind: 'done', writes: 1 });
    expect([(await changes()) - before, await binds('Severed-Harbour-1!')]).toEqual([1, true]);
  });

  it('says that it does not know while nothing passes, and finds out later', async () => {
    const request = wish('Clogged-Harbour-1!');
    const before = await changes();
    expect(await writing(request, () => (wire.clogged = true))).toMatchObject({ kind: 'unknown' });
    wire.cut();
    wire.mend();
    expect((await writing(request, () => {})).kind).toBe('done');
    expect([(await changes()) - before, await binds('Clogged-Harbour-1!')]).toEqual([1, true]);
    // Four tries of a second each, and pauses.
  }, 20_000);

  it('knows that nothing was done when the directory was out of reach from the start', async () => {
    wire.cut({ refuse: true });
    expect(await writing(wish('Refused-Harbour-1!'), () => {})).toMatchObject({ kind: 'unreachable' });
    expect(await binds('Refused-Harbour-1!')).toBe(false);
  });

  it('tries again while nothing was sent, as long as somebody may wait', async () => {
    wire.cut({ refuse: true });
    const before = await changes();
    const result = writing(wish('Returning-Harbour-1!'), () => {});
    await until('it tried twice', () => wire.refused >= 2);
    wire.mend();
    expect(await result).toMatchObject({ kind: 'done', writes: 1 });
    expect([(await changes()) - before, await binds('Returning-Harbour-1!')]).toEqual([1, true]);
  });

  it('changes nothing twice when the first write arrives after it was given up', async () => {
    const before = await changes();
    expect(await writing(wish('Belated-Harbour-1!'), () => wire.hold())).toMatchObject({ kind: 'done', writes: 1 });
    wire.deliver();
    expect((await writing(wish('Belated-Harbour-2!'), () => {})).kind).toBe('done');
    expect([(await changes()) - before, await binds('Belated-Harbour-2!')]).toEqual([2, true]);
  });

  it('calls nothing undone that is still on its way', async () => {
    const before = await changes();
    let looks = 0;
    const request = { ...wish('Overdue-Harbour-1!'), deadline: Date.now() + 800 };
    const result = await directory.write(request, () => {
      if (++looks === 1) wire.hold();
      else wire.deliver();
      return Promise.resolve();
    });
    expect(result).toMatchObject({ kind: 'done', writes: 1 });
    expect([(await changes()) - before, await binds('Overdue-Harbour-1!')]).toEqual([1, true]);
  });

  describe.each(['mute', 'cut'] as const)('when the line goes bad (%s) at the last moment', (fault) => {
    const break_ = (): void => (fault === 'mute' ? wire.mute() : wire.cut());

    it('unlocks all the same, and changes no password', async () => {
      const known = `Known-Harbour-${fault}-1!`;
      await writing(wish(known), () => {});
      const before = await changes();
      await peopledOf().lock('carol');
      const { password: _, ...unlock } = wish('');
      expect(await writing(unlock, break_)).toMatchObject({ kind: 'done', writes: 1 });
      expect([(await changes()) - before, await binds(known)]).toEqual([0, true]);
    });

    it('changes a known password once', async () => {
      const [oldPassword, next] = [`Known-Harbour-${fault}-2!`, `Changed-Harbour-${fault}-1!`];
      await writing(wish(oldPassword), () => {});
      const before = await changes();
      const change = { ...wish(next), oldPassword, unlock: false };
      expect(await writing(change, break_)).toMatchObject({ kind: 'done', writes: 1 });
      expect([(await changes()) - before, await binds(next), await directory.standing(change)]).toEqual([
        1,
        true,
        { standing: 'done', writes: 1 },
      ]);
    });
  });

  it('takes its time on a slow line', async () => {
    wire.delayMs = 60;
    expect(await writing(wish('Patient-Harbour-1!'), () => {})).toMatchObject({ kind: 'done', writes: 1 });
  });

  it('signs people in on a new line when the one it kept was cut, and opens few', async () => {
    const { ids } = peopledOf();
    const request = wish('Kept-Harbour-1!');
    expect((await writing(request, () => {})).kind).toBe('done');
    const signIn = () => directory.signIn(ids.carol, 'Kept-Harbour-1!');
    expect(await signIn()).toEqual({ kind: 'right' });
    const before = wire.opened;
    expect(await signIn()).toEqual({ kind: 'right' });
    // The person's own; the service account's is kept.
    expect(wire.opened - before).toBe(1);
    wire.cut();
    expect(await signIn()).toEqual({ kind: 'right' });
    expect(wire.opened - before).toBe(3);
  });
}
