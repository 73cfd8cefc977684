import { emptyStream, type StreamState } from './stream-state';
import { StreamStates } from './stream-states';

/** A database that answers when told to, with what it held when it was asked. */
class SlowDatabase {
  readonly held = new Map<string, StreamState>();
  questions = 0;
  #answers: (() => void)[] = [];

  readonly load = (keys: readonly string[]): Promise<StreamState[]> => {
    this.questions += 1;
    const seen = keys.map((key) => this.held.get(key) ?? emptyStream(key));
    return new Promise((done) => this.#answers.push(() => done(seen)));
  };

  answer(): void {
    for (const answer of this.#answers.splice(0)) answer();
  }
}

const at = (name: string, last: number): StreamState => ({ ...emptyStream(name), events: { last, recent: [] } });

describe('the states of streams', () => {
  let database: SlowDatabase;
  let states: StreamStates;
  const read = async (stream: string): Promise<number> => {
    const state = states.of(stream);
    database.answer();
    return (await state).events.last;
  };
  beforeEach(() => {
    database = new SlowDatabase();
    states = new StreamStates(database.load);
  });

  it('asks once, also for those who ask at the same time, and for the metastream', async () => {
    database.held.set('s', at('s', 3));
    const both = [states.of('s'), states.of('$$s')];
    database.answer();
    expect((await Promise.all(both)).map(({ events }) => events.last)).toEqual([3, 3]);
    expect(await read('s')).toBe(3);
    expect(database.questions).toBe(1);
  });

  it('hears of a commit', async () => {
    expect(await read('s')).toBe(-1);
    states.beginChange(['s']);
    states.committed([at('s', 0)]);
    expect(await read('s')).toBe(0);
  });

  it('does not keep what was read before a commit and answered after it', async () => {
    const early = states.of('s');
    states.beginChange(['s']);
    states.committed([at('s', 5)]);
    database.held.set('s', at('s', 5));
    database.answer();
    expect((await early).events.last).toBe(-1);
    expect(await read('s')).toBe(5);
  });

  it('does not keep what was read while a commit was under way', async () => {
    states.beginChange(['s']);
    const during = states.of('s');
    database.answer();
    await during;
    states.forget();
    database.held.set('s', at('s', 1));
    expect(await read('s')).toBe(1);
  });

  it('does not let a reader share a question that was asked before a commit', async () => {
    const early = states.of('s');
    states.beginChange(['s']);
    database.held.set('s', at('s', 2));
    states.committed([]);
    const late = states.of('s');
    database.answer();
    expect([(await early).events.last, (await late).events.last]).toEqual([-1, 2]);
    expect(await read('s')).toBe(2);
  });

  it('asks again after a failure', async () => {
    let fail = true;
    states = new StreamStates(async ([key]) => {
      if (fail) throw new Error('no database');
      return [at(key!, 4)];
    });
    await expect(states.of('s')).rejects.toThrow('no database');
    fail = false;
    expect((await states.of('s')).events.last).toBe(4);
  });

  it('gives the writer what is known, and the keys of the rest once', async () => {
    database.held.set('known', at('known', 1));
    await read('known');
    const { known, unknown } = states.beginChange(['known', 'new', '$$new', 'new']);
    expect([...known.keys()]).toEqual(['known']);
    expect(unknown).toEqual(['new']);
  });
});
