import type { Readable, Writable } from 'node:stream';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';

/** Takes `BatchAppendReq` and gives `BatchAppendResp`. */
export type AppendCall = Readable & Writable & Cancellable;
/** Gives `ReadResp`. */
export type ReadCall = Readable & Cancellable;

interface Cancellable {
  /** ends the call with an error */
  cancel(): void;
}

/** How calls reach the store. */
export interface Connection {
  /** One stream for many appends, answered as they commit: less than half the work of a call for each. */
  batchAppend(): Promise<AppendCall>;
  read(request: ReadReq): Promise<ReadCall>;
  /** Ends what is under way. */
  close(): Promise<void>;
}
