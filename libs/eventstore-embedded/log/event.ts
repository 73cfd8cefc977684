import type { UUID } from 'node:crypto';

/** An event as a client proposes it. Payloads stay the bytes they came as; nothing here parses them. */
export interface ProposedEvent {
  id: UUID;
  type: string;
  json: boolean;
  data: Buffer;
  metadata: Buffer;
}

/** An event with its place in the log. Positions start at 1 and have no gaps. */
export interface RecordedEvent extends ProposedEvent {
  position: number;
  stream: string;
  /** From 0 within the stream; {@link tombstoneRevision} for the event that closes a stream for good. */
  revision: number;
  /** Milliseconds since 1970. */
  created: number;
}

/** What an appender believes about the stream: its last revision, or one of the named states. */
export type ExpectedRevision = number | 'any' | 'no-stream' | 'stream-exists';

/** 2^63 − 1 is the revision of a tombstone; a double cannot hold it, so memory keeps the nearest one above. */
export const tombstoneRevision = 2 ** 63;
export const tombstoneType = '$streamDeleted';
export const metadataType = '$metadata';

export const metastreamOf = (stream: string): string => `$$${stream}`;
export const isMetastream = (stream: string): boolean => stream.startsWith('$$');
export const originalOf = (metastream: string): string => metastream.slice(2);
