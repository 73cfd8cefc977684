import type { Readable, Writable } from 'node:stream';
import { status } from '@grpc/grpc-js';
import type { EventLog } from '../log/event-log.js';
import type { ProposedEvent } from '../log/event.js';
import type { WriteOutcome } from '../log/group.js';
import type { TimedOut } from '../log/writer.js';
import {
  encodeBatchSuccess,
  readBatchAppend,
  type BatchAppendRequest,
  type BatchOptions,
} from '../protocol/append-messages.js';
import {
  badRequestDetails,
  encodeBatchError,
  streamDeletedDetails,
  timeoutDetails,
  tooLargeDetails,
  wrongExpectedVersionDetails,
  type BatchError,
} from '../protocol/batch-errors.js';
import { ProtocolError, toProtocolError } from '../protocol/errors.js';
import { delayed, type Faults } from './faults.js';
import { invalidEvents, invalidName, maximumAppendSize, sizeOf } from './limits.js';

/** Messages come in, batches of answers go out; `cancelled` tells that nobody listens any more. */
export type BatchCall = Readable & Writable;

/** An append whose last message has not come yet, or whose answer has not gone out yet. */
interface Open {
  correlation: Buffer;
  options: BatchOptions;
  events: ProposedEvent[];
  answered: boolean;
}

/** Appends read ahead of the answers the client has taken; beyond it the client has to wait. */
const maximumOpen = 2_000;
const deadlineCheckMs = 20;

/** `Streams.BatchAppend`: many appends under way on one stream, each answered when its transaction is committed. */
export class BatchAppend {
  readonly #open = new Map<string, Open>();
  #answers: Buffer[] = [];
  /** Answers on their way to the client. */
  #unsent = 0;
  #taking = true;
  #ended = false;
  #halfClosed = false;
  #deadlines: NodeJS.Timeout | undefined;

  constructor(
    private readonly call: BatchCall,
    private readonly log: EventLog,
    private readonly faults: Faults,
  ) {
    call.on('data', (bytes: Buffer) => this.#receive(bytes));
    call.on('end', () => {
      this.#halfClosed = true;
      this.#endIfDone();
    });
    call.on('cancelled', () => this.#stop());
    call.on('error', () => this.#stop());
  }

  /** What was taken is answered still. */
  takeNoMore(): void {
    this.#taking = false;
    this.#steer();
  }

  /** Ends the stream with an error: whatever is unanswered has an unknown outcome. */
  end(error: ProtocolError): void {
    if (this.#ended) return;
    this.#flush();
    this.#stop();
    this.call.emit('error', error);
  }

  #receive(bytes: Buffer): void {
    if (this.#ended) return;
    try {
      this.#accept(readBatchAppend(bytes));
    } catch (error) {
      this.end(toProtocolError(error));
    }
  }

  #accept(request: BatchAppendRequest): void {
    const key = request.correlation.toString('latin1');
    if (request.options) this.#begin(key, request.correlation, request.options);
    const append = this.#open.get(key);
    if (!append || append.answered) return;
    for (const event of request.events) append.events.push(event);
    const invalid = request.invalid ?? invalidName(append.options.stream) ?? invalidEvents(request.events);
    if (invalid) return this.#refuse(key, append, badRequestDetails(invalid));
    if (sizeOf(append.events) > maximumAppendSize) return this.#refuse(key, append, tooLargeDetails(maximumAppendSize));
    if (request.final) void this.#write(key, append);
  }

  #begin(key: string, correlation: Buffer, options: BatchOptions): void {
    const append = { correlation, options, events: [], answered: false };
    this.#open.set(key, append);
    this.#steer();
    this.#deadlines ??= setInterval(() => this.#checkDeadlines(), deadlineCheckMs).unref();
    if ((options.deadline ?? Infinity) <= Date.now()) this.#refuse(key, append, timeoutDetails());
  }

  async #write(key: string, append: Open): Promise<void> {
    const { stream, expected, deadline } = append.options;
    try {
      await delayed(this.faults);
      const deed = { append: append.events };
      const outcome = await this.log.write(
        deadline === undefined ? { stream, expected, deed } : { stream, expected, deed, deadline },
      );
      if (outcome.kind === 'done' && this.faults.answers === 'withheld') return;
      if (outcome.kind === 'done' && this.faults.answers === 'lost') {
        return this.end(new ProtocolError(status.UNAVAILABLE, 'The connection was lost.'));
      }
      this.#answer(key, append, encodeOutcome(append, outcome));
    } catch (error) {
      this.end(toProtocolError(error));
    }
  }

  #refuse(key: string, append: Open, error: BatchError): void {
    this.#answer(key, append, encodeBatchError(append.correlation, append.options.identifier, error));
  }

  #answer(key: string, append: Open, answer: Buffer): void {
    if (this.#ended || append.answered) return;
    append.answered = true;
    this.#open.delete(key);
    // All answers of one transaction go out together.
    if (this.#answers.push(answer) === 1) process.nextTick(() => this.#flush());
  }

  #flush(): void {
    if (this.#ended || this.#answers.length === 0) return;
    const answers = this.#answers;
    this.#answers = [];
    this.#unsent += answers.length;
    this.call.write(answers, () => {
      this.#unsent -= answers.length;
      this.#steer();
    });
    this.#steer();
    this.#endIfDone();
  }

  #steer(): void {
    const room = this.#taking && this.#open.size + this.#unsent < maximumOpen;
    if (room !== this.call.isPaused()) return;
    if (room) this.call.resume();
    else this.call.pause();
  }

  /** An append may be under way when its time is up; its outcome is then unknown to the client. */
  #checkDeadlines(): void {
    if (this.#open.size === 0) {
      clearInterval(this.#deadlines);
      this.#deadlines = undefined;
      return;
    }
    const now = Date.now();
    for (const [key, append] of this.#open) {
      if ((append.options.deadline ?? Infinity) <= now && this.faults.answers !== 'withheld') {
        this.#refuse(key, append, timeoutDetails());
      }
    }
  }

  #endIfDone(): void {
    if (!this.#halfClosed || this.#ended || this.#open.size > 0 || this.#answers.length > 0) return;
    this.#stop();
    this.call.end();
  }

  #stop(): void {
    this.#ended = true;
    clearInterval(this.#deadlines);
    this.#open.clear();
  }
}

function encodeOutcome({ correlation, options }: Open, outcome: WriteOutcome | TimedOut): Buffer {
  const { identifier, expected } = options;
  switch (outcome.kind) {
    case 'done':
      return encodeBatchSuccess(correlation, identifier, outcome.last, outcome.position);
    case 'wrong-expected-version':
      return encodeBatchError(correlation, identifier, wrongExpectedVersionDetails(expected, outcome.current));
    case 'deleted':
      return encodeBatchError(correlation, identifier, streamDeletedDetails(identifier));
    case 'timed-out':
      return encodeBatchError(correlation, identifier, timeoutDetails());
  }
}
