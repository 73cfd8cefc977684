import type { Decider, DomainEvent } from '#libs/domain/decider';
import type { EventStore } from './event-store.js';
import type { StoredEvent } from './stored-event.js';

/** Where a command's events stand, so that its repetition is recognised. */
export interface CommandTrace {
  readonly first: bigint;
  readonly last: bigint;
  readonly bodyMac?: string;
}

/** A stream's state and how far it was read. Never changed, only replaced. */
export interface Fold<S> {
  readonly state: S;
  readonly revision: bigint | 'no-stream';
  /** events since the last summary */
  readonly unsummarised: number;
  readonly commands: ReadonlyMap<string, CommandTrace>;
}

export const emptyFold = <C, E extends DomainEvent, S>(decider: Decider<C, E, S>): Fold<S> => ({
  state: decider.initial,
  revision: 'no-stream',
  unsummarised: 0,
  commands: new Map(),
});

export function foldOn<C, E extends DomainEvent, S>(
  decider: Decider<C, E, S>,
  fold: Fold<S>,
  events: readonly StoredEvent<E>[],
): Fold<S> {
  const last = events.at(-1);
  if (!last) return fold;
  const commands = new Map(fold.commands);
  let { state, unsummarised } = fold;
  for (const event of events) {
    state = decider.evolve(state, event);
    unsummarised = event.type === decider.summary?.type ? 0 : unsummarised + 1;
    const { commandId, bodyMac } = event.metadata;
    if (commandId === undefined) continue;
    const first = commands.get(commandId)?.first ?? event.revision;
    commands.set(commandId, { first, last: event.revision, ...(bodyMac === undefined ? {} : { bodyMac }) });
  }
  return { state, revision: last.revision, unsummarised, commands };
}

/** Reads a stream from nothing: forwards, or backwards to its last summary. */
export async function readFold<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  stream: string,
): Promise<Fold<S>> {
  const { summary } = decider;
  if (!summary) return foldOn(decider, emptyFold(decider), (await store.readStream(stream)) as StoredEvent<E>[]);
  const events: StoredEvent<E>[] = [];
  for (let from: bigint | undefined; ;) {
    const limit = summary.every + 32;
    const page = (await store.readStream(stream, {
      backwards: true,
      limit,
      ...(from === undefined ? {} : { from }),
    })) as StoredEvent<E>[];
    const at = page.findIndex((event) => event.type === summary.type);
    events.push(...(at < 0 ? page : page.slice(0, at + 1)));
    const oldest = events.at(-1);
    if (at >= 0 || page.length < limit || oldest!.revision === 0n)
      return foldOn(decider, emptyFold(decider), events.reverse());
    from = oldest!.revision - 1n;
  }
}
