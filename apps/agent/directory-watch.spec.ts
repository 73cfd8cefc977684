import { DirectoryWatch, lookAfter, type Look } from './directory-watch.js';

/** A directory that is there, or is not. */
class Door {
  open = true;
  looks = 0;

  reach(): Promise<void> {
    this.looks++;
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    return this.open ? Promise.resolve() : Promise.reject(error);
  }
}

describe('how often somebody looks', () => {
  const pauses = (...troubles: (string | undefined)[]): number[] => {
    let last: Look | undefined;
    return troubles.map((trouble) => (last = lookAfter(last, trouble)).pause);
  };
  const times = (n: number, trouble: string) => Array.from({ length: n }, () => trouble);

  it('is often when it has just gone, and again when it is back', () => {
    expect(pauses(undefined, ...times(7, 'econnrefused'), undefined, 'econnrefused')).toEqual([
      ...[15_000, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000],
      ...[15_000, 500],
    ]);
  });

  it('is seldom while its password is refused, so that the service account is not locked', () => {
    expect(pauses(...times(6, 'ldap-49'))).toEqual([60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
    expect(pauses('econnrefused', 'ldap-49', 'econnrefused')).toEqual([500, 60_000, 500]);
  });
});

describe('watching the directory', () => {
  let door: Door;
  let told: string[];
  let watch: DirectoryWatch;
  let stop: AbortController;

  beforeEach(() => {
    door = new Door();
    told = [];
    stop = new AbortController();
    watch = new DirectoryWatch(door, (event, details) =>
      told.push([event, details?.trouble].filter(Boolean).join(' ')),
    );
  });
  afterEach(() => stop.abort());

  it('lets nobody ask for work who lost it, and ends what is being asked', async () => {
    const { lost } = watch;
    expect(await watch.reachable(1, stop.signal)).toBe(true);
    door.open = false;
    watch.suspect();
    expect(await watch.reachable(1, stop.signal)).toBe(false);
    expect([lost.aborted, told]).toEqual([true, ['directory-trouble econnrefused']]);
    watch.suspect();
    expect(await watch.reachable(1, stop.signal)).toBe(false);
    expect(told).toHaveLength(1);
  });

  it('finds it again by itself, and wakes whoever waits', async () => {
    door.open = false;
    const running = watch.run(stop.signal);
    watch.suspect();
    expect(await watch.reachable(1, stop.signal)).toBe(false);
    const waiting = watch.reachable(60_000, stop.signal);
    door.open = true;
    expect(await waiting).toBe(true);
    expect([watch.lost.aborted, told.at(-1)]).toEqual([false, 'directory-ready']);
    stop.abort();
    await running;
  });

  it('is left alone by a fault that was somewhere else', async () => {
    const { lost } = watch;
    watch.suspect();
    expect(await watch.reachable(1, stop.signal)).toBe(true);
    expect([door.looks, lost.aborted, told]).toEqual([1, false, []]);
  });
});
