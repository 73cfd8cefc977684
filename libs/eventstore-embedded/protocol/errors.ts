import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../log/event.js';
import { LogUnavailable } from '../log/unavailable.js';
import { MissingMetadata } from './append-messages.js';
import { MalformedMessage } from './wire.js';

/** A gRPC status with the trailers from which the client builds its error. */
export class ProtocolError extends Error implements Partial<ServiceError> {
  override readonly name = 'ProtocolError';
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Record<string, string> = {},
  ) {
    super(details);
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, asHeader(value));
  }
}

export const streamDeleted = (stream: string): ProtocolError =>
  new ProtocolError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export function wrongExpectedVersion(
  operation: string,
  stream: string,
  expected: ExpectedRevision,
  current: number,
): ProtocolError {
  const number = revisionNumber(expected);
  return new ProtocolError(
    status.FAILED_PRECONDITION,
    `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${number}, Actual version: ${current}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(number),
      'actual-version': String(current),
    },
  );
}

export const appendTooLarge = (maximum: number): ProtocolError =>
  new ProtocolError(status.INVALID_ARGUMENT, `Maximum Append Size of ${maximum} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maximum),
  });

export const timedOut = (): ProtocolError =>
  new ProtocolError(status.DEADLINE_EXCEEDED, 'The deadline passed before the write was begun.');

export const invalidArgument = (details: string): ProtocolError => new ProtocolError(status.INVALID_ARGUMENT, details);

export const closing = (): ProtocolError => new ProtocolError(status.UNAVAILABLE, 'The event store is closing.');

/** Whatever went wrong, as a status. Messages of unexpected errors stay inside. */
export function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof LogUnavailable) return new ProtocolError(status.UNAVAILABLE, error.message);
  if (error instanceof MalformedMessage) return invalidArgument(error.message);
  if (error instanceof MissingMetadata) {
    return new ProtocolError(status.INVALID_ARGUMENT, error.message, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    });
  }
  return new ProtocolError(status.UNKNOWN, 'The event store failed unexpectedly.');
}

const revisionNumber = (expected: ExpectedRevision): number =>
  typeof expected === 'number' ? expected : { any: -2, 'no-stream': -1, 'stream-exists': -4 }[expected];

/** Header values are ASCII; other names are percent-encoded rather than refused. */
const asHeader = (value: string): string => (/^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value));
