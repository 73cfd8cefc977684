import { RuleViolation, type Decider, type DomainEvent } from '#libs/domain/decider';
import type { CommandContext } from './command-context.js';
import { commit } from './commit.js';
import { WrongExpectedRevision } from './errors.js';
import type { EventStore } from './event-store.js';
import { emptyFold, foldOn, readFold, readOn, type Fold } from './folds.js';
import type { StoredEvent } from './stored-event.js';

export type { CommandContext } from './command-context.js';

export interface ExecuteOptions {
  /** the stream is most likely new (its id was just drawn), so it is not read first */
  readonly presume?: 'no-stream';
}

export interface Executed<S, E extends DomainEvent> {
  /** as the stream now stands */
  readonly state: S;
  /**
   * what this command appended, or had appended when repeated. Right after the append `position` is that of its last
   * event and `recordedAt` this process's time.
   */
  readonly events: readonly StoredEvent<E>[];
  readonly repeated: boolean;
  readonly revision: bigint | 'no-stream';
}

/**
 * Decides a command on its stream's state and appends what follows, once, however often it is called with one
 * `commandId`. A conflict is read and decided again; commands of this process on one stream take turns.
 *
 * The state kept from the last command is decided on without reading, because an append at its revision proves that it
 * was current. What is not proved so (a violation, or nothing to append) is decided again on a fresh read first.
 * @param command or a function that makes it from the state; it may run more than once
 * @throws RuleViolation, also `idempotency-key-reused`; WrongExpectedRevision after 16 lost races; and what
 *   `EventStore.append` throws
 */
export function execute<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  id: string,
  command: C | ((state: S) => C),
  context: CommandContext,
  { presume }: ExecuteOptions = {},
): Promise<Executed<S, E>> {
  const stream = streamOf(decider, id);
  const deadline = store.patience.deadline();
  return store.turns.take(stream, async () => {
    let fold = store.folds.get<S>(decider, stream) ?? (presume && emptyFold(decider));
    let fresh = fold === undefined;
    fold ??= await readFold(store, decider, stream, deadline);
    for (let round = 1; ; round++) {
      if (fold.commands.has(context.commandId)) return repeat(store, decider, stream, fold, context, deadline);
      const decided = decideOn(decider, fold.state, command, fresh);
      if (decided.length > 0) {
        try {
          const { fold: next, events } = await commit(store, decider, stream, fold, decided, context, deadline);
          store.folds.set(decider, stream, next);
          return { state: next.state, events, repeated: false, revision: next.revision };
        } catch (error) {
          if (!(error instanceof WrongExpectedRevision) || round >= rounds) throw error;
          if (isBehind(error.actual, fold.revision)) fold = forget(store, decider, stream);
          if (fresh) await pauseAtRandom(round);
        }
      } else if (fresh) {
        store.folds.set(decider, stream, fold);
        return { state: fold.state, events: [], repeated: false, revision: fold.revision };
      }
      fold = await readOn(store, decider, stream, fold, deadline);
      fresh = true;
    }
  });
}

/** The stream's state as of now: one read, of only what is new where its state is kept. */
export async function load<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  id: string,
): Promise<Fold<S>> {
  const stream = streamOf(decider, id);
  const deadline = store.patience.deadline();
  const fold = await readOn(
    store,
    decider,
    stream,
    store.folds.get<S>(decider, stream) ?? emptyFold(decider),
    deadline,
  );
  store.folds.set(decider, stream, fold);
  return fold;
}

/**
 * The state as this process last saw it, read only when it never did. Another process may have moved it on: fit for what
 * an append at its revision will prove, and for what may be a moment old.
 */
export async function recall<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  id: string,
): Promise<Fold<S>> {
  return store.folds.get<S>(decider, streamOf(decider, id)) ?? load(store, decider, id);
}

export const streamOf = (decider: { readonly category: string }, id: string): string => `${decider.category}-${id}`;

/** @returns nothing for a violation seen on a state that may be old: it must be seen again on a fresh one */
function decideOn<C, E extends DomainEvent, S>(
  decider: Decider<C, E, S>,
  state: S,
  command: C | ((state: S) => C),
  fresh: boolean,
): readonly E[] {
  try {
    return decider.decide(typeof command === 'function' ? (command as (state: S) => C)(state) : command, state);
  } catch (error) {
    if (fresh) throw error;
    return [];
  }
}

async function repeat<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  stream: string,
  fold: Fold<S>,
  context: CommandContext,
  deadline: number,
): Promise<Executed<S, E>> {
  const { commandId } = context;
  const trace = fold.commands.get(commandId)!;
  if (bodiesDiffer(trace.bodyMac, context)) throw new RuleViolation('idempotency-key-reused');
  const since = (await store.readStream(stream, { from: trace.first, deadline })) as StoredEvent<E>[];
  const now = foldOn(
    decider,
    fold,
    since.filter(({ revision }) => revision > (fold.revision as bigint)),
  );
  store.folds.set(decider, stream, now);
  const events = since.filter(({ metadata }) => metadata.commandId === commandId);
  return { state: now.state, events, repeated: true, revision: now.revision };
}

/** The log is shorter than what was read of it: another log, or an older copy of ours. */
const isBehind = (actual: bigint | 'no-stream', known: bigint | 'no-stream'): boolean =>
  known !== 'no-stream' && (actual === 'no-stream' || actual < known);

function forget<S>(store: EventStore, decider: { readonly initial: S }, stream: string): Fold<S> {
  store.folds.forget(decider, stream);
  return emptyFold(decider);
}

/** Milliseconds, growing with the races lost to other processes. */
const pauseAtRandom = (round: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, Math.random() * 2 ** Math.min(round, 6)));

const rounds = 16;

/**
 * Whether another body came with this command before. `<key id>:<mac>`: made under the key of a day, which is destroyed
 * when the next day is over; after that, bodies cannot be compared any more and count as equal.
 */
export function bodiesDiffer(
  before: string | undefined,
  { bodyMac, earlierBodyMac }: Pick<CommandContext, 'bodyMac' | 'earlierBodyMac'>,
): boolean {
  if (before === bodyMac) return false;
  if (before === undefined || bodyMac === undefined || !before.includes(':')) return true;
  const comparable = [bodyMac, earlierBodyMac].find((mac) => mac !== undefined && keyOf(mac) === keyOf(before));
  return comparable !== undefined && comparable !== before;
}

const keyOf = (mac: string): string => mac.split(':', 1)[0]!;
