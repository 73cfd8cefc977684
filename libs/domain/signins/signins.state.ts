import { hours, isBefore, plus, type Day, type Instant } from '../time.js';
import type { Factor, SignInDataOf, SignInEvent } from './signins.events.js';

/** The wrong tries of one source at one factor. */
export interface Count {
  readonly wrong: number;
  readonly lastAt: Instant;
  /** Tokens of the last different wrong passwords, newest first. */
  readonly known: readonly string[];
}

export interface Pause {
  readonly until: Instant;
  /** How often in a row; each is twice as long as the one before. */
  readonly times: number;
  /** The try that brought it. */
  readonly reservationId: string;
  readonly at: Instant;
}

/** What was tried at one account's sign-in, and from where. */
export interface SignInsState {
  /** When each familiar source was last signed in or recovered from. */
  readonly familiar: Readonly<Record<string, Instant>>;
  /** By `<factor>:<source>`. */
  readonly counts: Readonly<Record<string, Count>>;
  /** The wrong tries of all unfamiliar sources within the last hour, by factor. */
  readonly unfamiliar: Readonly<Partial<Record<Factor, readonly { reservationId: string; at: Instant }[]>>>;
  /** By `<factor>:<source>` or `<factor>:unfamiliar`. */
  readonly pauses: Readonly<Record<string, Pause>>;
  /** The last sign-in at the organisation's own directory; null: none was heard of. */
  readonly seenAtDirectory: Day | null;
}

export const initial: SignInsState = { familiar: {}, counts: {}, unfamiliar: {}, pauses: {}, seenAtDirectory: null };

export const keyOf = (factor: Factor, whose: string): string => `${factor}:${whose}`;

const familiarMs = hours(24 * 90);
/** How long wrong tries and pauses are remembered. */
export const memoryMs = hours(24);
const strangersMs = hours(1);
/** Wrong passwords told apart per source. */
const tokensKept = 3;
/** Sources remembered of each kind: the newest. */
const sourcesKept = 200;

export const isFamiliar = ({ familiar }: SignInsState, source: string, now: Instant): boolean => {
  const last = familiar[source];
  return last !== undefined && isBefore(now, plus(last, familiarMs));
};

/** The state without what a new password, an unlock or time has made void. */
export function current(state: SignInsState, now: Instant, clearedAt?: Instant): SignInsState {
  const stands = (at: Instant): boolean => clearedAt === undefined || isBefore(clearedAt, at);
  const remembered = (at: Instant, ms: number): boolean => isBefore(now, plus(at, ms));
  return {
    ...state,
    familiar: newest(
      where(state.familiar, (at) => remembered(at, familiarMs)),
      (at) => at,
    ),
    counts: newest(
      where(state.counts, ({ lastAt }) => stands(lastAt) && remembered(lastAt, memoryMs)),
      ({ lastAt }) => lastAt,
    ),
    unfamiliar: where(
      mapped(state.unfamiliar as Record<string, Stranger[]>, (tries) =>
        tries.filter(({ at }) => stands(at) && remembered(at, strangersMs)),
      ),
      (tries) => tries.length > 0,
    ),
    pauses: newest(
      where(state.pauses, ({ at, until }) => stands(at) && remembered(until, memoryMs)),
      ({ until }) => until,
    ),
  };
}

export function evolve(state: SignInsState, { type, data }: SignInEvent): SignInsState {
  switch (type) {
    case 'SignInReserved':
      return counted(current(state, data.at, data.clearedAt), data);
    case 'SignInsPaused': {
      const { factor, whose, until, times, reservationId, at } = data;
      const pause: Pause = { until, times, reservationId, at };
      return { ...state, pauses: { ...state.pauses, [keyOf(factor, whose)]: pause } };
    }
    case 'SignInFailed':
      return failed(state, data);
    case 'SignInPassed':
      return passed(state, data);
    case 'SourceRecognised':
      return { ...state, familiar: { ...state.familiar, [data.source]: data.at } };
    case 'DirectorySignInSeen':
      return { ...state, seenAtDirectory: data.on };
    case 'SignInsSummarised':
      // An earlier release may have known fewer fields.
      return { ...initial, ...data.state };
  }
}

function counted(state: SignInsState, { factor, source, familiar, reservationId, at }: SignInDataOf<'SignInReserved'>) {
  const key = keyOf(factor, source);
  const { wrong = 0, known = [] } = state.counts[key] ?? {};
  const counts = { ...state.counts, [key]: { wrong: wrong + 1, lastAt: at, known } };
  if (familiar) return { ...state, counts };
  const tries = [...(state.unfamiliar[factor] ?? []), { reservationId, at }];
  return { ...state, counts, unfamiliar: { ...state.unfamiliar, [factor]: tries } };
}

/** A password known to be wrong is not counted again, also when it was tried several times at once. */
function failed(state: SignInsState, { factor, source, reservationId, token }: SignInDataOf<'SignInFailed'>) {
  const key = keyOf(factor, source);
  const count = state.counts[key];
  if (token === undefined || !count) return state;
  const again = count.known.includes(token);
  const known = [token, ...count.known.filter((other) => other !== token)].slice(0, tokensKept);
  const wrong = again ? Math.max(0, count.wrong - 1) : count.wrong;
  const next = { ...state, counts: { ...state.counts, [key]: { ...count, known, wrong } } };
  return again ? withdrawn(next, factor, reservationId) : next;
}

function passed(state: SignInsState, { factor, source, reservationId, complete, at }: SignInDataOf<'SignInPassed'>) {
  const key = keyOf(factor, source);
  const { [key]: _, ...counts } = state.counts;
  const { [key]: __, ...pauses } = state.pauses;
  const familiar = complete ? { ...state.familiar, [source]: at } : state.familiar;
  return withdrawn({ ...state, familiar, counts, pauses }, factor, reservationId);
}

/** As if this try had not been made. */
function withdrawn(state: SignInsState, factor: Factor, reservationId: string): SignInsState {
  const tries = (state.unfamiliar[factor] ?? []).filter((one) => one.reservationId !== reservationId);
  return {
    ...state,
    unfamiliar: { ...state.unfamiliar, [factor]: tries },
    pauses: where(state.pauses, (pause) => pause.reservationId !== reservationId),
  };
}

type Stranger = { readonly reservationId: string; readonly at: Instant };

function where<T>(map: Readonly<Record<string, T>>, keep: (value: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => keep(value)));
}

const mapped = <T>(map: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));

/** Strangers have as many sources as they like. */
function newest<T>(map: Record<string, T>, time: (value: T) => Instant): Record<string, T> {
  const entries = Object.entries(map);
  if (entries.length <= sourcesKept) return map;
  return Object.fromEntries(entries.sort(([, a], [, b]) => (time(a) < time(b) ? 1 : -1)).slice(0, sourcesKept));
}
