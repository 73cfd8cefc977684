import type { Decider, DomainEvent } from '#libs/domain/decider';
import type { EventStore } from './event-store.js';
import type { Recorded, StoredEvent, SummarisedCommands } from './stored-event.js';

/** Where a command's events stand in the stream, so that its repetition is recognised. */
export interface CommandTrace {
  readonly first: bigint;
  readonly last: bigint;
  readonly bodyMac: string | undefined;
}

/** A stream's state and how far it was read. Never changed, only replaced. */
export interface Fold<S> {
  readonly state: S;
  readonly revision: bigint | 'no-stream';
  /** revision of the last summary; −1n before the first */
  readonly summarisedAt: bigint;
  /** at least those of the last `summary.every` events */
  readonly commands: ReadonlyMap<string, CommandTrace>;
}

/** What folding looks at: known already before the append. */
type Foldable<E extends DomainEvent> = E & Pick<Recorded, 'revision' | 'metadata'>;

export const emptyFold = <S>(decider: { readonly initial: S }): Fold<S> => ({
  state: decider.initial,
  revision: 'no-stream',
  summarisedAt: -1n,
  commands: new Map(),
});

export function foldOn<C, E extends DomainEvent, S>(
  decider: Decider<C, E, S>,
  fold: Fold<S>,
  events: readonly Foldable<E>[],
): Fold<S> {
  const last = events.at(-1);
  if (!last) return fold;
  let { state, summarisedAt } = fold;
  let commands = new Map(fold.commands);
  for (const event of events) {
    state = decider.evolve(state, event);
    if (event.type === decider.summary?.type) {
      summarisedAt = event.revision;
      commands = tracesOf(event.metadata.summarised);
    }
    const { commandId, bodyMac } = event.metadata;
    if (commandId === undefined) continue;
    const first = commands.get(commandId)?.first ?? event.revision;
    commands.set(commandId, { first, last: event.revision, bodyMac });
  }
  return { state, revision: last.revision, summarisedAt, commands };
}

/** Reads a stream from nothing: forwards, or backwards to its last summary. */
export async function readFold<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  stream: string,
  deadline: number,
): Promise<Fold<S>> {
  const events = decider.summary
    ? await sinceSummary(store, decider.summary, stream, deadline)
    : await store.readStream(stream, { deadline });
  return foldOn(decider, emptyFold(decider), events as StoredEvent<E>[]);
}

/** Reads only what was written after a fold. */
export async function readOn<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  stream: string,
  fold: Fold<S>,
  deadline: number,
): Promise<Fold<S>> {
  if (fold.revision === 'no-stream') return readFold(store, decider, stream, deadline);
  const events = await store.readStream(stream, { from: fold.revision + 1n, deadline });
  return foldOn(decider, fold, events as StoredEvent<E>[]);
}

async function sinceSummary(
  store: EventStore,
  summary: { type: string; every: number },
  stream: string,
  deadline: number,
): Promise<StoredEvent[]> {
  const limit = summary.every + slack;
  const events: StoredEvent[] = [];
  for (let from: bigint | undefined; ;) {
    const page = await store.readStream(stream, {
      backwards: true,
      limit,
      deadline,
      ...(from === undefined ? {} : { from }),
    });
    const at = page.findIndex(({ type }) => type === summary.type);
    events.push(...(at < 0 ? page : page.slice(0, at + 1)));
    const oldest = events.at(-1)?.revision ?? 0n;
    // A page may be short of what we never see; only an empty one, or the first event, is the beginning.
    if (at >= 0 || page.length === 0 || oldest === 0n) return events.reverse();
    from = oldest - 1n;
  }
}

/** @returns number of events since the last summary */
export const unsummarised = ({ revision, summarisedAt }: Fold<unknown>): number =>
  revision === 'no-stream' ? 0 : Number(revision - summarisedAt);

/** A summary also carries the commands since the one before it, or a repetition right after it would go unnoticed. */
export const summarised = <S>({ commands, summarisedAt }: Fold<S>): SummarisedCommands =>
  Object.fromEntries(
    [...commands]
      .filter(([, { last }]) => last > summarisedAt)
      .map(([id, { first, last, bodyMac }]) => [
        id,
        { first: Number(first), last: Number(last), ...(bodyMac === undefined ? {} : { bodyMac }) },
      ]),
  );

const tracesOf = (commands: SummarisedCommands | undefined): Map<string, CommandTrace> =>
  new Map(
    Object.entries(commands ?? {}).map(([id, { first, last, bodyMac }]) => [
      id,
      { first: BigInt(first), last: BigInt(last), bodyMac },
    ]),
  );

/** Events one append may add beyond the point where a summary is due. */
const slack = 32;
