import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import grpc from '@grpc/grpc-js';
import type { Connection } from './connection.js';
import { StoreRefused, StreamDeleted } from './errors.js';

/** Reads to the end of what was asked for: nothing when there is no such stream. */
export async function collect<T>(
  connection: Connection,
  request: ReadReq,
  decode: (event: ReadResp.ReadEvent) => T,
  signal: AbortSignal,
): Promise<T[]> {
  const call = await connection.read(request);
  return new Promise((done, failed) => {
    const found: T[] = [];
    call.on('data', (response: ReadResp) => {
      const event = response.getEvent();
      try {
        if (event) found.push(decode(event));
      } catch (error) {
        failed(error);
        call.cancel();
      }
    });
    call.on('end', () => done(found));
    call.on('error', (error) => failed(understood(error)));
    if (signal.aborted) call.cancel();
    else signal.addEventListener('abort', () => call.cancel(), { once: true });
  });
}

/** @returns one of our errors when the server's answer is final, else the error itself */
export function understood(error: Error): Error {
  const { code, metadata } = error as Partial<grpc.ServiceError>;
  const exception = metadata?.get('exception')[0]?.toString();
  if (exception === 'stream-deleted') return new StreamDeleted();
  if (exception === 'access-denied' || final.has(code!)) return new StoreRefused(error.message, error);
  return error;
}

const final = new Set([
  grpc.status.UNAUTHENTICATED,
  grpc.status.PERMISSION_DENIED,
  grpc.status.UNIMPLEMENTED,
  grpc.status.INVALID_ARGUMENT,
]);
