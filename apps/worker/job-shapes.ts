import { queueNames, type Job } from '#libs/domain/jobs';
import type { QueuedJob } from '#libs/runtime/queues';

/** What each job may carry: nothing else enters a queue, and nothing else is taken from one. */
const shapes: {
  readonly [J in Job as J['name']]: FieldsOf<J['data']>;
} = {
  'deliver-challenge': { recoveryId: 'id', deliveryId: 'id' },
  'deliver-notice': { accountId: 'id', revision: 'revision', deliveryId: 'id' },
  'offer-writeback': { accountId: 'id', revision: 'revision', writebackId: 'id' },
};

/** Why this is no job of ours, naming fields and never values. */
export function refusal({ queue, name, data }: QueuedJob): string | undefined {
  if (!Object.hasOwn(shapes, name)) return 'nobody knows its name';
  if (!(queueNames as readonly string[]).includes(queue)) return `nobody takes jobs from the queue ${queue}`;
  if (typeof data !== 'object' || data === null) return `${name} carries no object`;
  const fields: Readonly<Record<string, Kind>> = shapes[name as Job['name']];
  const unknown = Object.keys(data).filter((field) => !Object.hasOwn(fields, field));
  if (unknown.length > 0) return `${name} carries ${unknown.length} unknown field(s)`;
  const wrong = Object.entries(fields).find(([field, kind]) => !kinds[kind]((data as Record<string, unknown>)[field]));
  return wrong && `${name} has no valid ${wrong[0]}`;
}

type Kind = 'id' | 'revision';
type FieldsOf<Data> = { readonly [F in keyof Data]-?: Data[F] extends number ? 'revision' : 'id' };

const kinds: Record<Kind, (value: unknown) => boolean> = {
  // opaque and short: no address, no number to call and no password looks like this
  id: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  revision: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
