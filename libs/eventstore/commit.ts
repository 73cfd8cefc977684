import { v5 as uuidv5 } from 'uuid';
import type { Decider, DomainEvent } from '#libs/domain/decider';
import type { CommandContext } from './command-context.js';
import type { EventStore } from './event-store.js';
import { foldOn, summarised, unsummarised, type Fold } from './folds.js';
import { jsonOf } from './json.js';
import type { EventMetadata, StoredEvent } from './stored-event.js';

/**
 * Appends what a command decided at the revision it was decided on, with the summary that falls due.
 * @returns the state after it
 * @throws what `EventStore.append` throws
 */
export async function commit<C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  stream: string,
  fold: Fold<S>,
  decided: readonly E[],
  context: CommandContext,
  deadline: number,
): Promise<{ fold: Fold<S>; events: StoredEvent<E>[] }> {
  const metadata = metadataOf(context);
  const first = fold.revision === 'no-stream' ? 0n : fold.revision + 1n;
  const place = (event: E, n: number, more?: Partial<EventMetadata>) => ({
    ...event,
    id: eventId(context.commandId, stream, n, event),
    metadata: more ? { ...metadata, ...more } : metadata,
    stream,
    revision: first + BigInt(n),
  });
  const events = decided.map((event, n) => place(event, n));
  let next = foldOn(decider, fold, events);
  if (decider.summary && unsummarised(next) >= decider.summary.every) {
    const summary = decider.summary.make(next.state, store.clock.now().toISOString());
    const placed = place(summary, events.length, { summarised: summarised(next) });
    events.push(placed);
    next = foldOn(decider, next, [placed]);
  }
  const { position } = await store.append(stream, fold.revision, events, { deadline });
  const recordedAt = new Date();
  return { fold: next, events: events.map((event) => ({ ...event, position, recordedAt })) };
}

/**
 * The content is part of the id. Two processes given the same command may decide it with other facts (another time,
 * another random id); with ids of command and number alone, the store would take the second append for the first one's
 * repetition, and the second process would answer with events that were never written.
 */
const eventId = (commandId: string, stream: string, n: number, { type, data }: DomainEvent): string =>
  uuidv5(Buffer.concat([Buffer.from(`${stream}/${n}/${type}/`), jsonOf(type, 'data', data)]), commandId);

const metadataOf = (context: CommandContext): EventMetadata => {
  const { correlationId, causationId, commandId, bodyMac, actor, clientRef, policyVersion } = context;
  return {
    correlationId,
    ...(causationId === undefined ? {} : { causationId }),
    commandId,
    ...(bodyMac === undefined ? {} : { bodyMac }),
    actor,
    ...(clientRef === undefined ? {} : { clientRef }),
    ...(policyVersion === undefined ? {} : { policyVersion }),
  };
};
