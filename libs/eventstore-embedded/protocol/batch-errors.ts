import { status as code } from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import type { ExpectedRevision } from '../log/event.js';
import { any, googleEmpty, shared, status, streams } from './generated.js';

/** The refusals a `BatchAppendResp` can carry: each a packed message the client recognises by its type. */
export function encodeBatchError(correlation: Buffer, identifier: Buffer, error: BatchError): Buffer {
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(shared.UUID.deserializeBinary(correlation));
  response.setStreamIdentifier(shared.StreamIdentifier.deserializeBinary(identifier));
  const details = new any.Any();
  details.pack(error.details.serializeBinary(), error.type);
  const grpc = new status.Status();
  grpc.setCode(error.code as never);
  grpc.setMessage(error.message);
  grpc.setDetails(details);
  response.setError(grpc);
  return Buffer.from(response.serializeBinary());
}

export interface BatchError {
  code: code;
  message: string;
  type: string;
  details: Message;
}

export function wrongExpectedVersionDetails(expected: ExpectedRevision, current: number): BatchError {
  const details = new shared.WrongExpectedVersion();
  if (current < 0) details.setCurrentNoStream(new googleEmpty.Empty());
  else details.setCurrentStreamRevision(String(current));
  if (expected === 'any') details.setExpectedAny(new googleEmpty.Empty());
  else if (expected === 'no-stream') details.setExpectedNoStream(new googleEmpty.Empty());
  else if (expected === 'stream-exists') details.setExpectedStreamExists(new googleEmpty.Empty());
  else details.setExpectedStreamPosition(String(expected));
  const type = 'event_store.client.WrongExpectedVersion';
  return { code: code.FAILED_PRECONDITION, message: 'WrongExpectedVersion', type, details };
}

export function streamDeletedDetails(identifier: Buffer): BatchError {
  const details = new shared.StreamDeleted();
  details.setStreamIdentifier(shared.StreamIdentifier.deserializeBinary(identifier));
  const type = 'event_store.client.StreamDeleted';
  return { code: code.FAILED_PRECONDITION, message: 'StreamDeleted', type, details };
}

export function tooLargeDetails(maximum: number): BatchError {
  const details = new shared.MaximumAppendSizeExceeded();
  details.setMaxappendsize(maximum);
  const type = 'event_store.client.MaximumAppendSizeExceeded';
  return { code: code.INVALID_ARGUMENT, message: `Maximum Append Size of ${maximum} Exceeded.`, type, details };
}

export const timeoutDetails = (): BatchError => ({
  code: code.DEADLINE_EXCEEDED,
  message: 'Timeout',
  type: 'event_store.client.Timeout',
  details: new shared.Timeout(),
});

export function badRequestDetails(message: string): BatchError {
  const details = new shared.BadRequest();
  details.setMessage(message);
  return { code: code.INVALID_ARGUMENT, message, type: 'event_store.client.BadRequest', details };
}
