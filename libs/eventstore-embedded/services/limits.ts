import type { ProposedEvent } from '../log/event.js';

/** EventStoreDB's default. */
export const maximumAppendSize = 1024 * 1024;

/** As EventStoreDB counts: the payloads, and the type in two-byte characters. */
export const sizeOf = (events: readonly ProposedEvent[]): number =>
  events.reduce((size, { data, metadata, type }) => size + data.length + metadata.length + 2 * type.length, 0);

/** Why a stream of this name cannot be written to, if so. */
export function invalidName(stream: string): string | undefined {
  if (stream === '' || stream === '$$') return 'The stream name is missing.';
  if (stream.startsWith('$$$$')) return 'The metadata of a metadata stream cannot be set.';
  return undefined;
}
