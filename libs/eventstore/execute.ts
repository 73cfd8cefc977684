import { v5 as uuidv5 } from 'uuid';
import { RuleViolation, type Decider, type DomainEvent } from '#libs/domain/decider';
import type { EventStore } from './event-store.js';
import { WrongExpectedRevision } from './errors.js';
import { foldOn, readFold, type Fold } from './folds.js';
import type { Actor, EventMetadata, NewEvent, StoredEvent } from './stored-event.js';

export interface CommandContext {
  /** a UUID; the same command has the same id, however often it is sent */
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly actor: Actor;
  readonly clientRef?: string;
  readonly policyVersion?: number;
  readonly bodyMac?: string;
}

export interface Executed<S, E extends DomainEvent> {
  /** as the stream now stands */
  readonly state: S;
  /** what this command appended, or had appended when repeated */
  readonly events: StoredEvent<E>[];
  readonly repeated: boolean;
  readonly revision: bigint | 'no-stream';
}

/**
 * Decides a command on its stream's state and appends what follows; a conflict is decided again.
 * @param command or a function that makes it from the state
 * @throws RuleViolation (also `idempotency-key-reused`), and what `EventStore.append` throws
 */
export async function execute<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  id: string,
  command: C | ((state: S) => C),
  context: CommandContext,
): Promise<Executed<S, E>> {
  const stream = `${decider.category}-${id}`;
  for (let round = 1; ; round++) {
    const fold = await readFold(store, decider, stream);
    const repeated = await alreadyDone<E, S>(store, stream, fold, context);
    if (repeated) return repeated;
    const wish = typeof command === 'function' ? (command as (state: S) => C)(fold.state) : command;
    const decided = [...decider.decide(wish, fold.state)];
    if (decided.length === 0) return { state: fold.state, events: [], repeated: false, revision: fold.revision };
    const { summary } = decider;
    if (summary && fold.unsummarised + decided.length >= summary.every) {
      decided.push(
        summary.make(
          decided.reduce((state, event) => decider.evolve(state, event), fold.state),
          store.clock.now().toISOString(),
        ),
      );
    }
    const events = decided.map((event, n) => ({
      ...event,
      id: eventId(context.commandId, stream, n, event),
      metadata: metadataOf(context),
    })) as NewEvent<E>[];
    try {
      const { revision, position } = await store.append(stream, fold.revision, events);
      const recordedAt = new Date();
      const stored = events.map((event, n) => ({
        ...event,
        stream,
        revision: revision - BigInt(events.length - 1 - n),
        position,
        recordedAt,
      })) as StoredEvent<E>[];
      return { state: foldOn(decider, fold, stored).state, events: stored, repeated: false, revision };
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision) || round >= rounds) throw error;
      await new Promise((resume) => setTimeout(resume, Math.random() * 5 * round));
    }
  }
}

export async function load<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  id: string,
): Promise<Fold<S>> {
  return readFold(store, decider, `${decider.category}-${id}`);
}

const rounds = 16;

/**
 * The content is part of the id: a second process deciding the same command with other facts (another time, another
 * random id) gets a conflict and finds the first one's events, instead of an idempotent "success" for events that were
 * never written.
 */
const eventId = (commandId: string, stream: string, n: number, event: DomainEvent): string =>
  uuidv5(`${stream}/${n}/${event.type}/${JSON.stringify(event.data)}`, commandId);

const metadataOf = ({
  commandId,
  correlationId,
  causationId,
  actor,
  clientRef,
  policyVersion,
  bodyMac,
}: CommandContext): EventMetadata => ({
  correlationId,
  ...(causationId === undefined ? {} : { causationId }),
  commandId,
  ...(bodyMac === undefined ? {} : { bodyMac }),
  actor,
  ...(clientRef === undefined ? {} : { clientRef }),
  ...(policyVersion === undefined ? {} : { policyVersion }),
});

async function alreadyDone<E extends DomainEvent, S>(
  store: EventStore,
  stream: string,
  fold: Fold<S>,
  context: CommandContext,
): Promise<Executed<S, E> | undefined> {
  const trace = fold.commands.get(context.commandId);
  if (!trace) return undefined;
  if (trace.bodyMac !== context.bodyMac) throw new RuleViolation('idempotency-key-reused');
  const limit = Number(trace.last - trace.first) + 1;
  const between = (await store.readStream(stream, { from: trace.first, limit })) as StoredEvent<E>[];
  const events = between.filter(({ metadata }) => metadata.commandId === context.commandId);
  return { state: fold.state, events, repeated: true, revision: fold.revision };
}
