import { status, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { EventLog } from '../log/event-log.js';
import { closing, ProtocolError } from '../protocol/errors.js';
import { streamsGrpc } from '../protocol/generated.js';
import { append } from './append.js';
import { BatchAppend, type BatchCall } from './batch-append.js';
import { deleteStream, tombstoneStream } from './delete.js';
import type { Faults } from './faults.js';
import { LocalCall, type Coding } from './local-call.js';
import { Read, type ReadCall } from './read.js';

interface LongCall {
  end(error: ProtocolError): void;
}

const asIs = (message: Buffer): Buffer => message;
const generated = streamsGrpc.StreamsService as unknown as ServiceDefinition;

/** `event_store.client.streams.Streams`, with the messages of every event coded by hand. */
export class Streams {
  static readonly definition: ServiceDefinition = {
    ...generated,
    read: { ...generated.read!, responseSerialize: asIs },
    append: { ...generated.append!, requestDeserialize: asIs },
    batchAppend: { ...generated.batchAppend!, requestDeserialize: asIs, responseSerialize: asIs },
  };

  readonly #calls = new Set<LongCall>();
  #ended = false;

  constructor(
    private readonly log: EventLog,
    private readonly faults: Faults,
  ) {}

  get implementation(): UntypedServiceImplementation {
    return {
      read: (call: ReadCall) => this.#read(call),
      append: append(this.log, this.faults) as never,
      batchAppend: (call: BatchCall) => this.#batchAppend(call),
      delete: deleteStream(this.log) as never,
      tombstone: tombstoneStream(this.log) as never,
    };
  }

  /** Calls from within this process. They end and fail as those over the network do. */
  readonly local = {
    batchAppend: (encode: Coding['encode'], decode: Coding['decode']): LocalCall => {
      const call = new LocalCall({ encode, decode });
      this.#batchAppend(call.handler);
      return call;
    },
    read: (request: ReadCall['request'], decode: Coding['decode']): LocalCall => {
      const call = new LocalCall({ encode: refuseMessages, decode });
      this.#read(Object.assign(call.handler, { request }));
      return call;
    },
  };

  /** Appends that were received are committed and answered still, new ones are not received. */
  takeNoMore(): void {
    this.#ended = true;
    for (const call of this.#calls) if (call instanceof BatchAppend) call.takeNoMore();
  }

  /** Ends subscriptions and append streams: their clients find the next server, or this one when it is back. */
  end(): void {
    for (const call of this.#calls) call.end(closing());
  }

  #read(call: ReadCall): void {
    void this.#track(call, new Read(call, this.log)).run();
  }

  #batchAppend(call: BatchCall): void {
    this.#track(call, new BatchAppend(call, this.log, this.faults));
  }

  #track<Call extends LongCall>(stream: ReadCall | BatchCall, call: Call): Call {
    this.#calls.add(call);
    stream.on('close', () => this.#calls.delete(call));
    if (this.#ended) setImmediate(() => call.end(closing()));
    return call;
  }
}

const refuseMessages = (): never => {
  throw new ProtocolError(status.INVALID_ARGUMENT, 'A read takes one request.');
};
