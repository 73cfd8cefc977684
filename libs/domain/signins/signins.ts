import type { Named } from '../account/part.js';
import { RuleViolation, type Decider } from '../decider.js';
import type { Limits } from '../tenant/policy.js';
import { dayOf, hours, isBefore, minutes, plus, type Day, type Instant } from '../time.js';
import { strangers, type Factor, type SignInEvent, type Whose } from './signins.events.js';
import { current, evolve, initial, isFamiliar, keyOf, memoryMs, type SignInsState } from './signins.state.js';

interface Try {
  accountId: string | null;
  reservationId: string;
  source: string;
  factor: Factor;
}

interface Commands {
  /** `clearedAt`: when the password was set or the account unlocked; what was tried before does not count. */
  ReserveSignIn: Try & { tenantId: string | null; limits: SignInLimits; clearedAt?: Instant; now: Instant };
  FailSignIn: Try & { tenantId: string | null; token?: string; now: Instant };
  PassSignIn: Try & { complete: boolean; now: Instant };
  RecogniseSource: { accountId: string; source: string; now: Instant };
  NoteDirectorySignIn: { accountId: string; on: Day; now: Instant };
}

export type SignInCommand = Named<Commands>;

type SignInLimits = Pick<Limits, 'badPasswordsPerSource' | 'badPasswordsUnfamiliar'>;

/**
 * The tries at one account's sign-in: counted before they are compared, so that no number of tries at once gets more of
 * them evaluated. Kept apart from the account, whose stream stays short. A name nobody has is counted alike.
 */
export const signIns: Decider<SignInCommand, SignInEvent, SignInsState> = {
  category: 'signins',
  initial,
  decide,
  evolve,
  summary: {
    type: 'SignInsSummarised',
    every: 100,
    make: (state, at) => ({ type: 'SignInsSummarised', data: { state: current(state, at), at } }),
  },
};

/** Wrong codes of the second factor: whoever tries them knows the password already. */
const codes = { perSource: 5, unfamiliar: 10 };
const firstPauseMs = minutes(1);
const longestPauseMs = hours(24);

function decide({ type, data }: SignInCommand, state: SignInsState): readonly SignInEvent[] {
  switch (type) {
    case 'ReserveSignIn': {
      const { limits, now: at, ...attempt } = data;
      const familiar = isFamiliar(state, data.source, at);
      const until = pausedUntil(state, data.factor, data.source, at, data.clearedAt);
      if (until) throw new RuleViolation('sign-in-paused', { until });
      const reserved = { type: 'SignInReserved', data: { ...attempt, familiar, at } } as const;
      return [reserved, ...pauses(evolve(state, reserved), { ...attempt, familiar }, limits, at)];
    }
    case 'FailSignIn': {
      const { now: at, ...failure } = data;
      return [{ type: 'SignInFailed', data: { ...failure, at } }];
    }
    case 'PassSignIn': {
      const { now: at, ...success } = data;
      return [{ type: 'SignInPassed', data: { ...success, at } }];
    }
    case 'RecogniseSource': {
      const { now: at, ...recognised } = data;
      return [{ type: 'SourceRecognised', data: { ...recognised, at } }];
    }
    case 'NoteDirectorySignIn': {
      const { now: at, on, accountId } = data;
      // A day that is still to come would hide every true one until then.
      if (on <= (state.seenAtDirectory ?? '') || on > dayOf(plus(at, hours(24)))) return [];
      return [{ type: 'DirectorySignInSeen', data: { accountId, on, at } }];
    }
  }
}

/** Until when nothing from this source is compared; undefined when the next try may be. */
export function pausedUntil(
  state: SignInsState,
  factor: Factor,
  source: string,
  now: Instant,
  clearedAt?: Instant,
): Instant | undefined {
  const { pauses } = current(state, now, clearedAt);
  const whose = isFamiliar(state, source, now) ? [source] : [source, strangers];
  const ends = whose.flatMap((one) => pauses[keyOf(factor, one)]?.until ?? []).filter((until) => isBefore(now, until));
  return ends.sort().at(-1);
}

/** Milliseconds for which a directory's word on a password holds: it may get another there, and nobody tells us. */
export const directoryWordMs = minutes(5);

/**
 * Whether this very password was found wrong from this source a moment ago.
 * @param withinMs how long ago at most; as long as wrong tries are remembered when left out
 */
export function isKnownWrong(
  state: SignInsState,
  source: string,
  token: string,
  { now, clearedAt, withinMs = memoryMs }: { now: Instant; clearedAt?: Instant | undefined; withinMs?: number },
): boolean {
  const count = current(state, now, clearedAt).counts[keyOf('password', source)];
  return count !== undefined && count.known.includes(token) && isBefore(now, plus(count.lastAt, withinMs));
}

/** The try that fills a limit brings the pause itself: if it was right, its pause goes with it. */
function pauses(
  state: SignInsState,
  attempt: Try & { familiar: boolean },
  limits: SignInLimits,
  at: Instant,
): SignInEvent[] {
  const { accountId, reservationId, source, factor, familiar } = attempt;
  const [perSource, together] =
    factor === 'password'
      ? [limits.badPasswordsPerSource, limits.badPasswordsUnfamiliar]
      : [codes.perSource, codes.unfamiliar];
  const wrong = state.counts[keyOf(factor, source)]?.wrong ?? 0;
  const unfamiliar = state.unfamiliar[factor]?.length ?? 0;
  const full: Whose[] = [
    ...(wrong >= perSource ? [source] : []),
    ...(!familiar && unfamiliar >= together ? [strangers] : []),
  ];
  return full.map((whose) => {
    const times = (state.pauses[keyOf(factor, whose)]?.times ?? 0) + 1;
    const until = plus(at, Math.min(firstPauseMs * 2 ** (times - 1), longestPauseMs));
    return { type: 'SignInsPaused', data: { accountId, reservationId, source, factor, whose, until, times, at } };
  });
}
