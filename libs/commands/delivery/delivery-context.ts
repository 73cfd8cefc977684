import { randomUUID } from 'node:crypto';
import { validate } from 'uuid';
import type { EventOf } from '#libs/domain/events';
import type { Job } from '#libs/domain/jobs';
import type { Channel } from '#libs/domain/methods';
import type { EventStore } from '#libs/eventstore/event-store';
import type { CommandContext } from '#libs/eventstore/execute';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { derivedId } from '../steps.js';

type Data<Name extends Job['name']> = Extract<Job, { name: Name }>['data'];

/** Every start of a try is a command of its own: whether it is wanted is decided by the stream, not by its id. */
export const attemptContext = (channel: Channel, correlationId: string, causationId?: string): CommandContext => ({
  commandId: randomUUID(),
  correlationId,
  ...(causationId !== undefined && { causationId }),
  actor: { kind: 'worker', id: channel },
});

/** A try has one outcome, however often it is recorded. */
export const recordContext = (deliveryId: string, attempt: number, cause: CommandContext): CommandContext => ({
  ...cause,
  commandId: derivedId(deliveryId, 'delivery', String(attempt), 'record'),
});

/** The event that asked for a challenge. A job that was lost and made again does not name it: then the stream does. */
export async function challengeAskedBy(
  store: EventStore,
  { recoveryId, deliveryId }: Data<'deliver-challenge'>,
  jobId: string,
): Promise<string | undefined> {
  if (validate(jobId)) return jobId;
  const events = (await store.readStream(`recovery-${recoveryId}`)) as StoredEvent<EventOf<'ChallengeIssued'>>[];
  return events.find(({ type, data }) => type === 'ChallengeIssued' && data.challengeId === deliveryId)?.id;
}

/** The event that asked for a notice. @throws when the job names a place where no such notice was requested */
export async function noticeRequest(
  store: EventStore,
  data: Data<'deliver-notice'>,
): Promise<StoredEvent<EventOf<'NoticeRequested'>>> {
  const event = await noticeAt(store, data);
  if (event) return event;
  const { accountId, revision, deliveryId } = data;
  throw new Error(`no notice ${deliveryId} was requested at revision ${revision} of account ${accountId}`);
}

export async function noticeAt(
  store: EventStore,
  { accountId, revision, deliveryId }: Data<'deliver-notice'>,
): Promise<StoredEvent<EventOf<'NoticeRequested'>> | undefined> {
  const place = { from: BigInt(revision), limit: 1 };
  const [event] = (await store.readStream(`account-${accountId}`, place)) as StoredEvent<EventOf<'NoticeRequested'>>[];
  return event?.type === 'NoticeRequested' && event.data.noticeId === deliveryId ? event : undefined;
}
