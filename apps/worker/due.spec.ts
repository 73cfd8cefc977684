import type { OpenDeed } from '#libs/readmodels/open-deeds';
import { AdjustableClock } from '#libs/runtime/clock';
import { DueLoop, type Chore } from './due.js';

const deed = (id: string, dueAt = '2026-01-01T00:00:00.000Z') =>
  ({
    deed_id: id,
    kind: 'reset-completion',
    stream: id,
    due_at: dueAt,
    expires_at: null,
    payload: { recoveryId: id },
  }) as const;

describe('what is due', () => {
  const clock = new AdjustableClock();
  let deeds: OpenDeed[];
  let handled: string[];
  let troubles: string[];
  let chores: Chore[];
  const loop = (handle: (deed: OpenDeed) => Promise<void> = async ({ deed_id }) => void handled.push(deed_id)) =>
    new DueLoop({
      dueDeeds: async (now, limit) => deeds.filter(({ due_at }) => due_at <= now).slice(0, limit),
      handle,
      chores,
      clock,
      everyMs: 10,
      onError: ({ message }) => void troubles.push(message),
    });

  beforeEach(() => ([deeds, handled, troubles, chores] = [[], [], [], []]));

  it('is handled, however much it is', async () => {
    deeds = Array.from({ length: 250 }, (_, n) => deed(`deed-${n}`));
    expect(await loop().runDue()).toBe(250);
    expect(new Set(handled).size).toBe(250);
  });

  it('is not handled again at once when it stays due', async () => {
    deeds = [deed('stuck')];
    const due = loop();
    await Promise.all([due.runDue(), due.runDue(), due.runDue()]);
    expect(handled).toEqual(['stuck']);
  });

  it('does not hold up what is due after it', async () => {
    deeds = Array.from({ length: 150 }, (_, n) => deed(`stuck-${n}`));
    const due = loop();
    await due.runDue();
    deeds.push(deed('new', '2026-01-01T00:00:01.000Z'));
    expect(await due.runDue()).toBe(1);
    expect(handled.at(-1)).toBe('new');
  });

  it('is handled at once when it is due for another time', async () => {
    deeds = [deed('moving')];
    const due = loop();
    await due.runDue();
    deeds = [deed('moving', '2026-01-01T00:00:02.000Z')];
    expect(await due.runDue()).toBe(1);
  });

  it('is handled although another deed makes trouble', async () => {
    deeds = [deed('bad'), deed('good')];
    const due = loop(async ({ deed_id }) => {
      if (deed_id === 'bad') throw new Error('trouble');
      handled.push(deed_id);
    });
    expect(await due.runDue()).toBe(2);
    expect([handled, troubles]).toEqual([['good'], ['trouble']]);
  });

  it('comes with chores, each in its own time by the clock', async () => {
    chores = [{ name: 'sweep', everyMs: 60_000, run: async () => handled.push('swept') }];
    const due = loop();
    await due.runDue();
    await due.runDue();
    expect(handled).toEqual(['swept']);
    clock.setOffset(clock.offsetMs + 60_001);
    await due.runDue();
    expect(handled).toEqual(['swept', 'swept']);
  });

  it('is looked for until told to stop', async () => {
    const stopping = new AbortController();
    const due = loop(async ({ deed_id }) => {
      handled.push(deed_id);
      stopping.abort();
    });
    deeds = [deed('one')];
    await due.run(stopping.signal);
    expect(handled).toEqual(['one']);
  });
});
