import fc from 'fast-check';
import type { RuleViolation } from '../decider.js';
import { given } from '../testing.js';
import { hours, isBefore, minutes, plus, seconds } from '../time.js';
import type { SignInEvent } from './signins.events.js';
import { directoryWordMs, isKnownWrong, pausedUntil, signIns } from './signins.js';
import { isFamiliar, keyOf } from './signins.state.js';
import { failing, history, limits, minute, passing, reserving, start, wrong } from './story.js';

describe('NoteDirectorySignIn', () => {
  const note = (on: string) =>
    ({ type: 'NoteDirectorySignIn', data: { accountId: 'account-1', on, now: start } }) as const;
  const seen = (on: string) =>
    ({ type: 'DirectorySignInSeen', data: { accountId: 'account-1', on, at: start } }) as const;

  it('tells each day once, and none before the last one', () => {
    given(signIns).when(note('2026-03-01')).then(seen('2026-03-01'));
    const after = given(signIns, seen('2026-03-01'), ...history(...wrong(2)));
    after.when(note('2026-03-01')).thenNothing();
    after.when(note('2026-02-28')).thenNothing();
    after.when(note('2026-03-02')).then(seen('2026-03-02'));
  });

  it('believes no day that is still to come, but for clocks and time zones that are off', () => {
    given(signIns).when(note('2026-03-03')).then(seen('2026-03-03'));
    given(signIns).when(note('2026-03-04')).thenNothing();
  });
});

describe('ReserveSignIn', () => {
  it('G4: counts a try before it is compared', () => {
    const [reserved] = history(reserving({ id: 'try-1' }));
    expect(reserved).toEqual({
      type: 'SignInReserved',
      data: {
        accountId: 'account-1',
        tenantId: 'tenant-1',
        reservationId: 'try-1',
        source: 'source-1',
        factor: 'password',
        familiar: false,
        at: start,
      },
    });
  });

  it('pauses a source for a minute at the tenth wrong password, and for twice as long each time after', () => {
    const ten = history(...wrong(10));
    expect(ten.filter(({ type }) => type === 'SignInsPaused')).toHaveLength(1);
    const refused = given(signIns, ...ten).when(reserving({ id: 'eleventh', at: plus(start, seconds(59)) }));
    refused.thenRefuses('sign-in-paused', { until: minute(1) });

    const after = [...wrong(10), ...wrong(1, { at: minute(1) }, 'second'), ...wrong(1, { at: minute(3) }, 'third')];
    const state = given(signIns, ...history(...after)).state;
    expect(pausedUntil(state, 'password', 'source-1', minute(3))).toBe(minute(7));
    expect(pausedUntil(state, 'password', 'source-2', minute(3))).toBeUndefined();
  });

  it('G7: counts again once a pause is over, and forgets all after a quiet day', () => {
    const events = history(...wrong(10));
    const armed = given(signIns, ...events).when(reserving({ id: 'again', at: minute(1) }));
    expect(armed.events().map(({ type }) => type)).toEqual(['SignInReserved', 'SignInsPaused']);
    const tomorrow = plus(minute(1), hours(24));
    const calm = given(signIns, ...events).when(reserving({ id: 'tomorrow', at: tomorrow }));
    expect(calm.events().map(({ type }) => type)).toEqual(['SignInReserved']);
  });

  it('pauses unfamiliar sources together at the fiftieth in an hour, and no familiar one', () => {
    const home = passing({ id: 'signed-in', source: 'home' });
    const crowd = Array.from({ length: 10 }, (_, n) => wrong(5, { source: `stranger-${n}` }, `s${n}`)).flat();
    const given50 = given(signIns, ...history(home, ...crowd));
    given50.when(reserving({ id: 'x', source: 'another' })).thenRefuses('sign-in-paused', { until: minute(1) });
    expect(given50.when(reserving({ id: 'y', source: 'home' })).events()).toHaveLength(1);
    const later = reserving({ id: 'z', source: 'another', at: plus(start, hours(1)) });
    expect(
      given50
        .when(later)
        .events()
        .map(({ type }) => type),
    ).toEqual(['SignInReserved']);
  });

  it('knows of no wrong try from before the password was set or the account unlocked', () => {
    const cleared = reserving({ id: 'new', at: plus(start, seconds(30)), clearedAt: plus(start, seconds(10)) });
    const events = given(signIns, ...history(...wrong(10)))
      .when(cleared)
      .events();
    expect(events.map(({ type }) => type)).toEqual(['SignInReserved']);
    const { state } = given(signIns, ...history(...wrong(10)), ...events);
    expect(state.counts[keyOf('password', 'source-1')]?.wrong).toBe(1);
  });

  it('pauses the second factor sooner, for its own tries', () => {
    const codes = Array.from({ length: 5 }, (_, n) => reserving({ id: `code-${n}`, factor: 'code' }));
    const five = given(signIns, ...history(...codes));
    five.when(reserving({ id: 'sixth', factor: 'code' })).thenRefuses('sign-in-paused');
    expect(five.when(reserving({ id: 'password' })).events()).toHaveLength(1);
  });
});

describe('what was wrong', () => {
  it('is not counted again while it is among the last three different ones', () => {
    const { state } = given(signIns, ...history(...wrong(3)));
    const known = (source: string, now = start) => isKnownWrong(state, source, 'token-try-0', { now });
    expect([known('source-1'), known('source-2')]).toEqual([true, false]);
    const four = given(signIns, ...history(...wrong(4))).state;
    expect(isKnownWrong(four, 'source-1', 'token-try-0', { now: start })).toBe(false);
  });

  it('is asked about anew after minutes where a directory has the last word', () => {
    const { state } = given(signIns, ...history(...wrong(3)));
    const known = (ms: number, withinMs?: number) =>
      isKnownWrong(state, 'source-1', 'token-try-0', { now: plus(start, ms), ...(withinMs && { withinMs }) });
    expect([known(hours(1)), known(hours(1), directoryWordMs), known(0, directoryWordMs)]).toEqual([true, false, true]);
  });

  it('is counted once when the same password comes many times at once', () => {
    const ids = Array.from({ length: 10 }, (_, n) => `try-${n}`);
    const same = [...ids.map((id) => reserving({ id })), ...ids.map((id) => failing({ id, token: 'same' }))];
    const { state } = given(signIns, ...history(...same));
    expect(state.counts[keyOf('password', 'source-1')]?.wrong).toBe(1);
    expect(state.unfamiliar.password).toHaveLength(1);
    expect(pausedUntil(state, 'password', 'source-1', start)).toBeUndefined();
  });
});

describe('PassSignIn', () => {
  it('forgets the wrong tries of its source, and the pause that it brought itself', () => {
    const tenth = [...wrong(9), reserving({ id: 'tenth' }), passing({ id: 'tenth' })];
    const { state } = given(signIns, ...history(...tenth));
    expect([state.counts, state.pauses]).toEqual([{}, {}]);
  });

  it('makes the source familiar for 90 days, when nothing more was asked for', () => {
    const complete = given(signIns, ...history(passing({ id: 'try-1' }))).state;
    expect(isFamiliar(complete, 'source-1', plus(start, hours(24 * 90) - 1))).toBe(true);
    expect(isFamiliar(complete, 'source-1', plus(start, hours(24 * 90)))).toBe(false);
    expect(isFamiliar(given(signIns, ...history(passing({ id: 'try-1' }, false))).state, 'source-1', start)).toBe(
      false,
    );
  });
});

it('RecogniseSource makes it familiar', () => {
  const command = { type: 'RecogniseSource', data: { accountId: 'account-1', source: 'phone', now: start } } as const;
  expect(isFamiliar(given(signIns, ...history(command)).state, 'phone', start)).toBe(true);
});

it('is summarised without losing what counts', () => {
  const events = history(passing({ id: 'home', source: 'home' }), ...wrong(10));
  const { state } = given(signIns, ...events);
  const summary = signIns.summary!.make(state, minute(1)) as SignInEvent;
  const again = given(signIns, summary).state;
  expect(pausedUntil(again, 'password', 'source-1', plus(start, 1))).toBe(minute(1));
  expect(isFamiliar(again, 'home', minute(1))).toBe(true);
});

describe('whatever is tried, from wherever', () => {
  const seed = Number(process.env.KEYTURN_TEST_SEED ?? Date.now() % 2 ** 31);
  const step = fc.record({
    source: fc.constantFrom('home', 'a', 'b', 'c', 'd', 'e', 'f', 'g'),
    afterMs: fc.oneof(fc.nat(minutes(2)), fc.constant(0), fc.constant(hours(1))),
    password: fc.nat(40),
  });

  it(`G3: no source gets more than its number compared, strangers no more than theirs (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        let now = start;
        let state = history(passing({ id: 'home', source: 'home' })).reduce(signIns.evolve, signIns.initial);
        const compared: { source: string; at: string; paused: boolean }[] = [];
        for (const [n, { source, afterMs }] of steps.entries()) {
          now = plus(now, afterMs);
          const id = `try-${n}`;
          try {
            const events = signIns.decide(reserving({ id, source, at: now }), state);
            state = events.reduce(signIns.evolve, state);
            compared.push({ source, at: now, paused: events.length > 1 });
            const failed = signIns.decide(failing({ id, source, token: id, at: now }), state);
            state = failed.reduce(signIns.evolve, state);
          } catch (error) {
            expect((error as RuleViolation).code).toBe('sign-in-paused');
            // The owner's familiar source waits for its own mistakes only.
            if (source === 'home')
              expect(compared.filter((one) => one.source === 'home').length).toBeGreaterThanOrEqual(10);
          }
        }
        for (const { at } of compared) {
          const within = (ms: number) =>
            compared.filter((one) => !isBefore(one.at, at) && isBefore(one.at, plus(at, ms)));
          for (const source of ['home', 'a', 'b']) {
            expect(within(minutes(1)).filter((one) => one.source === source).length).toBeLessThanOrEqual(
              limits.badPasswordsPerSource,
            );
          }
          const strangers = within(minutes(1)).filter(({ source }) => source !== 'home');
          expect(strangers.length).toBeLessThanOrEqual(limits.badPasswordsUnfamiliar);
        }
      }),
      { seed, numRuns: 100 },
    );
  });
});
