import type { Writable } from 'node:stream';
import { Bell } from '../log/bell.js';
import type { LogEntry } from '../log/entry.js';
import type { EventLog } from '../log/event-log.js';
import { followAll, followStream, type Sighting } from '../log/follow.js';
import { readAll, readStream } from '../log/read.js';
import { streamDeleted, toProtocolError, type ProtocolError } from '../protocol/errors.js';
import type { streams } from '../protocol/generated.js';
import { caughtUp, confirmation, fellBehind, streamNotFound, withStructuredId } from '../protocol/read-messages.js';
import { Checkpoints } from './checkpoints.js';
import { readPlan, type ReadPlan } from './read-plan.js';

/** Batches of messages go out; `cancelled` tells that nobody listens any more. */
export type ReadCall = Writable & { readonly request: InstanceType<typeof streams.ReadReq> };

/** `Streams.Read`: reads and subscriptions, of one stream and of `$all`. */
export class Read {
  readonly #bell = new Bell();
  #unsent = 0;

  constructor(
    private readonly call: ReadCall,
    private readonly log: EventLog,
  ) {
    call.on('cancelled', () => this.#bell.stop());
  }

  async run(): Promise<void> {
    try {
      const plan = readPlan(this.call.request);
      for await (const messages of answers(this.log, plan, this.#bell)) {
        if (this.#bell.stopped) return;
        if (messages.length > 0) await this.#send(messages);
      }
      if (!this.#bell.stopped) this.call.end();
    } catch (error) {
      this.end(toProtocolError(error));
    }
  }

  end(error: ProtocolError): void {
    if (this.#bell.stopped) return;
    this.#bell.stop();
    this.call.emit('error', error);
  }

  /** Lets one page leave while the next is fetched; a slow reader holds up only itself. */
  async #send(messages: Buffer[]): Promise<void> {
    this.#unsent += 1;
    this.call.write(messages, () => {
      this.#unsent -= 1;
      this.#bell.ring();
    });
    while (this.#unsent > 1 && !this.#bell.stopped) await this.#bell.heard();
  }
}

async function* answers(log: EventLog, plan: ReadPlan, bell: Bell): AsyncGenerator<Buffer[]> {
  const encode = plan.structuredIds
    ? ({ response }: LogEntry) => withStructuredId(response)
    : ({ response }: LogEntry) => response;
  if (plan.count === undefined) {
    yield [confirmation()];
    yield* subscription(log, plan, bell, encode);
    return;
  }
  if (plan.stream === undefined) {
    const wanted = (entry: LogEntry) => plan.filter?.matches(entry) ?? true;
    for await (const entries of readAll(log, plan.from, plan.direction, plan.count, wanted)) yield entries.map(encode);
    return;
  }
  const view = await log.view(plan.stream);
  if (view.kind === 'tombstoned') throw streamDeleted(plan.stream);
  if (view.kind === 'missing') return yield [streamNotFound(plan.stream)];
  const pages = readStream(log, plan.stream, view, plan.from, plan.direction, plan.count);
  for await (const entries of pages) yield entries.map(encode);
}

async function* subscription(
  log: EventLog,
  { stream, from, filter }: ReadPlan,
  bell: Bell,
  encode: (entry: LogEntry) => Buffer,
): AsyncGenerator<Buffer[]> {
  const checkpoints = new Checkpoints(filter?.checkpointEvery ?? Infinity);
  const sightings = stream === undefined ? followAll(log, from, filter, bell) : followStream(log, stream, from, bell);
  for await (const sighting of sightings) yield messagesFor(sighting);

  function messagesFor(sighting: Sighting): Buffer[] {
    switch (sighting.kind) {
      case 'events':
        return sighting.entries.map(encode);
      case 'found':
        return checkpoints.interleave(sighting.entries, sighting.after, sighting.upTo, encode);
      case 'caught-up':
        return [...checkpoints.caughtUp(), caughtUp];
      case 'fell-behind':
        return [fellBehind];
      case 'tombstoned':
        throw streamDeleted(stream!);
    }
  }
}
