import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Directory } from '#libs/directory/directory';
import { fenceText } from '#libs/directory/fence';
import type { WriteRequest, WriteResult } from '#libs/directory/write-result';
import { examinedSuite } from './examined-suite';
import { firstPassword, type Peopled, type Person } from './known-people';

let epoch = 0;

/**
 * What every directory must do, and must not.
 * @param fenced false where passwords are set by an operation that carries no fence
 */
export function directorySuite(given: () => Peopled, { fenced = true } = {}): void {
  let peopled: Peopled;
  let directory: Directory;

  beforeAll(() => {
    peopled = given();
    directory = new Directory(peopled.options);
  });

  const wish = (person: Person, password?: string, more: Partial<WriteRequest> = {}): WriteRequest => ({
    userId: peopled.ids[person],
    epoch: ++epoch,
    writebackId: randomUUID(),
    ...(password !== undefined && { password }),
    unlock: true,
    deadline: Date.now() + 60_000,
    ...more,
  });
  const write = (request: WriteRequest): Promise<WriteResult> => directory.write(request, () => Promise.resolve());

  it('sets a password, and the new one signs in', async () => {
    const before = await peopled.changes('alice');
    expect(await write(wish('alice', 'Lantern-Harbour-1!'))).toEqual({ kind: 'done', writes: 1, fenced });
    expect(await peopled.binds('alice', 'Lantern-Harbour-1!')).toBe(true);
    expect((await peopled.changes('alice')) - before).toBe(1);
  });

  it('does the same write once, however often it is asked to', async () => {
    const request = wish('alice', 'Lantern-Harbour-2!');
    await write(request);
    const before = await peopled.changes('alice');
    expect(await write(request)).toEqual({ kind: 'done', writes: 1, fenced });
    expect(await peopled.changes('alice')).toBe(before);
  });

  it('refuses an earlier reset that comes late', async () => {
    const [early, late] = [wish('alice', 'Early-Harbour-1!'), wish('alice', 'Late-Harbour-1!')];
    expect((await write(late)).kind).toBe('done');
    expect(await write(early)).toEqual({ kind: 'stale' });
    expect(await peopled.binds('alice', 'Late-Harbour-1!')).toBe(true);
  });

  (fenced ? it : it.skip)('of twenty resets at once applies the last one, and none after it', async () => {
    const before = await peopled.changes('bob');
    const requests = Array.from({ length: 20 }, (_, n) => wish('bob', `Crowded-Harbour-${n}!`));
    const results = await Promise.all(requests.map(write));
    const kinds = results.map(({ kind }) => kind);
    expect(kinds.at(-1)).toBe('done');
    expect(await peopled.binds('bob', 'Crowded-Harbour-19!')).toBe(true);
    const done = kinds.filter((kind) => kind === 'done').length;
    expect((await peopled.changes('bob')) - before).toBe(done);
    expect(new Set(kinds)).toEqual(new Set(done === 20 ? ['done'] : ['done', 'stale']));
  });

  it('replaces a value that is not ours', async () => {
    await peopled.setFence('carol', 'somebody else’s note');
    const request = wish('carol', 'Lantern-Harbour-3!');
    expect((await write(request)).kind).toBe('done');
    expect(await peopled.fence('carol')).toBe(fenceText({ ...request, step: 1 }));
  });

  (fenced ? it : it.skip)('replaces what another account of the same person left there, however high', async () => {
    const [former, own] = [randomUUID(), randomUUID()];
    expect((await write({ ...wish('carol', 'Former-Harbour-1!'), epoch: 9e14, accountId: former })).kind).toBe('done');
    const request = wish('carol', 'Present-Harbour-1!', { accountId: own });
    expect((await directory.standing(request)).standing).toBe('before');
    expect((await write(request)).kind).toBe('done');
    expect((await directory.standing(request)).standing).toBe('done');
    expect(await write({ ...wish('carol', 'Earlier-Harbour-1!', { accountId: own }), epoch: 1 })).toEqual({
      kind: 'stale',
    });
    expect(await peopled.binds('carol', 'Present-Harbour-1!')).toBe(true);
  });

  it('tells the directory’s own rules when it refuses a password, and takes another at once', async () => {
    const refused = await write(wish('carol', 'short'));
    expect(refused).toMatchObject({ kind: 'rejected-by-policy', rules: { minimumLength: expect.any(Number) } });
    expect((await write(wish('carol', 'Lantern-Harbour-4!'))).kind).toBe('done');
  });

  it('unlocks with a new password, and without one', async () => {
    await peopled.lock('dora');
    expect(await peopled.binds('dora', firstPassword)).toBe(false);
    expect((await write(wish('dora'))).kind).toBe('done');
    expect(await peopled.binds('dora', firstPassword)).toBe(true);
    await peopled.lock('dora');
    expect((await write(wish('dora', 'Lantern-Harbour-5!'))).kind).toBe('done');
    expect(await peopled.binds('dora', 'Lantern-Harbour-5!')).toBe(true);
  });

  it('changes a known password only for who knows it', async () => {
    const wrong = wish('dora', 'Lantern-Harbour-6!', { oldPassword: 'Wrong-Harbour-1!' });
    expect(await write(wrong)).toEqual({ kind: 'wrong-password' });
    const right = wish('dora', 'Lantern-Harbour-6!', { oldPassword: 'Lantern-Harbour-5!' });
    // Three lock, and one is used up: whoever sits at an open session does not lock its owner out either.
    expect(await write(right)).toEqual({ kind: 'held-back' });
    expect(await peopled.binds('dora', 'Lantern-Harbour-5!')).toBe(true);
    expect((await write(right)).kind).toBe('done');
    expect(await peopled.binds('dora', 'Lantern-Harbour-6!')).toBe(true);
  });

  it('A10: touches nobody it was not given, and no administrator', async () => {
    expect(await write(wish('outsider', 'Lantern-Harbour-7!'))).toEqual({ kind: 'permission-denied' });
    expect(await write(wish('boss', 'Lantern-Harbour-7!'))).toEqual({ kind: 'protected' });
    expect(await peopled.binds('boss', firstPassword)).toBe(true);
  });

  it('P5: sends nothing that could be set and never typed', async () => {
    const before = await peopled.changes('emil');
    for (const password of ['with\u0000nul-Aa1!', 'half-\ud800-Aa1!', '']) {
      expect((await write(wish('emil', password))).kind).toBe('rejected-by-policy');
    }
    expect(await peopled.changes('emil')).toBe(before);
  });

  it('P4: sets what can be typed in any script, and it signs in', async () => {
    const passwords = [
      'Größe-Ümläut-15!',
      '“quoted” "twice" \\ Aa1!',
      'パスワード-Harbour-1',
      'family-👩‍👩‍👧-Aa1!',
      `Aa1!${'long-'.repeat(50)}`,
      ' Spaces at both ends 1! ',
    ];
    for (const password of passwords) {
      expect([password, (await write(wish('emil', password))).kind]).toEqual([password, 'done']);
      expect([password, await peopled.binds('emil', password)]).toEqual([password, true]);
      expect(await directory.signIn(peopled.ids.emil, password)).toEqual({ kind: 'right' });
    }
  });

  it('finds people who were renamed, refuses the disabled, misses the deleted', async () => {
    let moves = 0;
    const atTheLastMoment = (): Promise<void> => (moves++ === 0 ? peopled.move('emil') : Promise.resolve());
    const renamed = await directory.write(wish('emil', 'Lantern-Harbour-80!'), atTheLastMoment);
    expect([renamed, moves]).toEqual([{ kind: 'done', writes: 1, fenced }, 2]);
    expect((await write(wish('emil', 'Lantern-Harbour-8!'))).kind).toBe('done');
    if (peopled.moveTo) {
      await peopled.moveTo('emil', 'deeper');
      expect((await write(wish('emil', 'Lantern-Harbour-81!'))).kind).toBe('done');
      expect(await peopled.binds('emil', 'Lantern-Harbour-81!')).toBe(true);
      await peopled.moveTo('emil', 'outside');
      expect(await write(wish('emil', 'Lantern-Harbour-82!'))).toEqual({ kind: 'permission-denied' });
      const narrow = new Directory({ ...peopled.options, baseDn: peopled.dns.alice.replace(/^[^,]+,/, '') });
      const request = wish('emil', 'Lantern-Harbour-83!');
      expect(await narrow.write(request, () => Promise.resolve())).toEqual({ kind: 'user-not-found' });
      expect((await narrow.standing(request)).standing).toBe('user-not-found');
    }
    await peopled.disable('fritz');
    expect(await write(wish('fritz', 'Lantern-Harbour-9!'))).toEqual({ kind: 'disabled' });
    await peopled.remove('fritz');
    expect(await write(wish('fritz', 'Lantern-Harbour-9!'))).toEqual({ kind: 'user-not-found' });
  });

  it('tells who changed since it was last asked, and who is there', async () => {
    const all = await directory.usersSince(undefined);
    const alice = all.users.find(({ userId }) => userId === peopled.ids.alice);
    expect(alice).toMatchObject({ username: 'alice@probe.test', disabled: false });
    expect(all.users.some(({ userId }) => userId === peopled.ids.fritz)).toBe(false);
    await write(wish('alice', 'Lantern-Harbour-20!'));
    const changed = await directory.usersSince(all.cursor);
    const ids = changed.users.map(({ userId }) => userId);
    expect(ids).toContain(peopled.ids.alice);
    // Not everybody is read again: nothing was ever done to them.
    expect(ids).not.toContain(peopled.ids.outsider);
    // A clock of this machine that is ahead makes nobody be missed.
    const ahead = jest
      .spyOn(Date, 'now')
      .mockImplementation(() => performance.timeOrigin + performance.now() + 9 * 3_600_000);
    try {
      const { cursor } = await directory.usersSince(all.cursor);
      await write(wish('alice', 'Lantern-Harbour-201!', { deadline: Infinity }));
      const since = await directory.usersSince(cursor);
      expect(since.users.map(({ userId }) => userId)).toContain(peopled.ids.alice);
    } finally {
      ahead.mockRestore();
    }
    const there = await directory.peopleThere();
    expect(there.has(peopled.ids.alice)).toBe(true);
    expect(there.has(peopled.ids.fritz)).toBe(false);
    const elsewhere = await directory.usersSince({ ...all.cursor, server: 'another' });
    expect(elsewhere.users.length).toBe(all.users.length);
  });

  it('asks the directory whether a password is right', async () => {
    expect(await directory.signIn(peopled.ids.alice, 'Lantern-Harbour-201!')).toEqual({ kind: 'right' });
    expect(await directory.signIn(peopled.ids.alice, 'Wrong-Harbour-1!')).toEqual({ kind: 'wrong' });
    expect(await directory.signIn(peopled.ids.alice, '')).toEqual({ kind: 'wrong' });
    expect(await directory.signIn(peopled.ids.fritz, firstPassword)).toEqual({ kind: 'wrong' });
    await peopled.lock('bob');
    const { kind } = await directory.signIn(peopled.ids.bob, fenced ? 'Crowded-Harbour-19!' : firstPassword);
    expect(['locked', 'held-back']).toContain(kind);
  });

  it('knows a right password that has to be changed first, and that the change is all it takes', async () => {
    await write(wish('alice', 'Lantern-Harbour-21!'));
    await peopled.requireChange('alice');
    expect(await directory.signIn(peopled.ids.alice, 'Lantern-Harbour-21!')).toEqual({ kind: 'right-but-must-change' });
    const right = wish('alice', 'Lantern-Harbour-22!', { oldPassword: 'Lantern-Harbour-21!', unlock: false });
    expect((await write(right)).kind).toBe('done');
    const wrong = wish('alice', 'Lantern-Harbour-20!', { oldPassword: 'Wrong-Harbour-1!', unlock: false });
    expect(await write(wrong)).toEqual({ kind: 'wrong-password' });
    expect(await peopled.binds('alice', 'Lantern-Harbour-22!')).toBe(true);
    expect(await directory.signIn(peopled.ids.alice, 'Lantern-Harbour-22!')).toEqual({ kind: 'right' });
  });

  it('sets a password that has to be changed first, where that is wished', async () => {
    expect((await write(wish('alice', 'Lantern-Harbour-23!', { mustChange: true }))).kind).toBe('done');
    expect(await directory.signIn(peopled.ids.alice, 'Lantern-Harbour-23!')).toEqual({ kind: 'right-but-must-change' });
    expect((await write(wish('alice', 'Lantern-Harbour-24!'))).kind).toBe('done');
  });

  it('tells on which day people last signed in', async () => {
    const days = [new Date()];
    expect(await peopled.binds('alice', 'Lantern-Harbour-24!')).toBe(true);
    const there = await directory.peopleThere();
    days.push(new Date());
    expect(days.map((day) => day.toISOString().slice(0, 10))).toContain(there.get(peopled.ids.alice));
    expect(there.get(peopled.ids.outsider)).toBeNull();
  });

  it('makes no try that would bring a person near the directory’s own lock', async () => {
    await write(wish('dora', 'Lantern-Harbour-40!'));
    const tries = (n: number) => directory.signIn(peopled.ids.dora, `Wrong-Harbour-${n}!`, false);
    const kinds = (await Promise.all([1, 2, 3, 4, 5, 6].map(tries))).map(({ kind }) => kind);
    // Three lock: strangers get one.
    expect(kinds).toEqual(['wrong', ...Array.from({ length: 5 }, () => 'held-back')]);
    expect(await peopled.binds('dora', 'Lantern-Harbour-40!')).toBe(true);
    expect(await directory.signIn(peopled.ids.dora, 'Lantern-Harbour-40!', false)).toEqual({ kind: 'right' });
  });

  it('begins no write after its deadline', async () => {
    const late = wish('carol', 'Lantern-Harbour-10!', { deadline: Date.now() - 1 });
    expect(await write(late)).toEqual({ kind: 'expired' });
    expect(await peopled.binds('carol', 'Lantern-Harbour-4!')).toBe(true);
  });

  it('looks at the time once more right before it writes', async () => {
    const request = wish('carol', 'Lantern-Harbour-14!');
    let looks = Infinity;
    const directory = new Directory(peopled.options, () => request.deadline - (looks-- > 0 ? 1 : 0));
    const before = await peopled.changes('carol');
    // The deadline passes after one look more.
    const intend = (): Promise<void> => Promise.resolve(void (looks = 1));
    expect(await directory.write(request, intend)).toEqual({ kind: 'expired' });
    expect(await peopled.changes('carol')).toBe(before);
  });

  it('refuses a certificate of somebody else, and an address without TLS', async () => {
    const { ca: _, ...trusting } = peopled.options;
    const strangers = new Directory(trusting);
    const request = wish('carol', 'Lantern-Harbour-11!');
    expect(await strangers.write(request, () => Promise.resolve())).toEqual({
      kind: 'unreachable',
      trouble: 'certificate-refused',
    });
    const plain = new Directory({ ...peopled.options, url: peopled.options.url.replace('ldaps', 'ldap') });
    expect(await plain.write(request, () => Promise.resolve())).toEqual({ kind: 'unreachable', trouble: 'not-ldaps' });
  });

  it('reads where a write stands without touching it', async () => {
    const request = wish('carol', 'Lantern-Harbour-12!');
    const stands = async (change: Partial<WriteRequest> = {}) =>
      (await directory.standing({ ...request, ...change })).standing;
    expect(await stands()).toBe('before');
    await write(request);
    expect(await directory.standing(request)).toEqual({ standing: 'done', writes: 1 });
    expect(await stands({ epoch: request.epoch - 1 })).toBe('stale');
    expect(await stands({ userId: randomUUID() })).toBe('user-not-found');
  });

  examinedSuite(() => peopled);
}
