import type { RecordedEvent } from './event.js';

/** An event as readers get it: what filters look at, and the answer already encoded. */
export interface LogEntry {
  position: number;
  stream: string;
  revision: number;
  type: string;
  created: number;
  /** A complete `ReadResp`, shared by everyone who reads this event. */
  response: Buffer;
}

export type Encode = (event: RecordedEvent) => Buffer;

export const toEntry = (event: RecordedEvent, encode: Encode): LogEntry => ({
  position: event.position,
  stream: event.stream,
  revision: event.revision,
  type: event.type,
  created: event.created,
  response: encode(event),
});
