import type { ProposedEvent } from '../log/event.js';

/** EventStoreDB's default. */
export const maximumAppendSize = 1024 * 1024;

/** As EventStoreDB counts: the payloads, and the type in two-byte characters. */
export const sizeOf = (events: readonly ProposedEvent[]): number =>
  events.reduce((size, { data, metadata, type }) => size + data.length + metadata.length + 2 * type.length, 0);

/** PostgreSQL's index takes names up to about 2 700 bytes. */
const longestName = 1_000;

/** Why a stream of this name cannot be written to, if so. */
export function invalidName(stream: string): string | undefined {
  if (stream === '' || stream === '$$') return 'The stream name is missing.';
  if (stream.startsWith('$$$$')) return 'The metadata of a metadata stream cannot be set.';
  if (stream.includes('\0')) return 'The stream name contains a null character.';
  if (Buffer.byteLength(stream) > longestName) return `The stream name is longer than ${longestName} bytes.`;
  return undefined;
}

/** Why these events cannot be stored, if so. */
export const invalidEvents = (events: readonly ProposedEvent[]): string | undefined =>
  events.some(({ type }) => type.includes('\0')) ? 'An event type contains a null character.' : undefined;
