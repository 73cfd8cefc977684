import type { BatchAppendReq, ReadReq } from '@eventstore/db-client/generated/streams_pb';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendCall, Connection, ReadCall } from './connection.js';
import { StoreRefused } from './errors.js';

/** A store in this process: the same messages, answered by the same handlers, without a network between. */
export interface LocalStore {
  batchAppend<Request, Answer>(
    encode: (request: Request) => Uint8Array,
    decode: (bytes: Uint8Array) => Answer,
  ): AppendCall;
  read<Answer>(request: ReadReq, decode: (bytes: Uint8Array) => Answer): ReadCall;
}

export class LocalConnection implements Connection {
  readonly #calls = new Set<AppendCall | ReadCall>();
  #closed = false;

  constructor(private readonly store: LocalStore) {}

  async batchAppend(): Promise<AppendCall> {
    return this.#keep(() => this.store.batchAppend(encodeAppend, streams.BatchAppendResp.deserializeBinary));
  }

  async read(request: ReadReq): Promise<ReadCall> {
    return this.#keep(() => this.store.read(request, streams.ReadResp.deserializeBinary));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const call of this.#calls) call.cancel();
  }

  #keep<Call extends AppendCall | ReadCall>(open: () => Call): Call {
    if (this.#closed) throw new StoreRefused('this connection was closed');
    const call = open();
    this.#calls.add(call);
    call.once('close', () => this.#calls.delete(call));
    return call;
  }
}

const encodeAppend = (request: BatchAppendReq): Uint8Array => request.serializeBinary();
