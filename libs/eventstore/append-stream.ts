import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { uuidText, type EncodedEvent } from './codec.js';
import type { AppendCall, Connection } from './connection.js';
import { EventTooLarge, StoreRefused, StreamDeleted, WrongExpectedRevision } from './errors.js';

export type ExpectedRevision = bigint | 'no-stream';

/** One try of an append. Whatever rejects it other than an answer leaves the outcome unknown. */
export interface AppendAnswer {
  readonly revision: bigint;
  /** absent when the server does not say */
  readonly position: bigint | undefined;
}

/** Many appends in flight on one call, each settled by its own answer, by the end of the call, or by its signal. */
export class AppendStream {
  readonly #connection: Connection;
  #open: Promise<OpenCall> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async send(request: BatchAppendReq, signal: AbortSignal): Promise<AppendAnswer> {
    this.#open ??= this.#start();
    const call = await this.#open;
    signal.throwIfAborted();
    const id = randomUUID();
    request.setCorrelationId(uuid(id));
    return call.send(id, request, signal);
  }

  #start(): Promise<OpenCall> {
    const forget = (): void => {
      if (this.#open === opening) this.#open = undefined;
    };
    const opening = this.#connection.batchAppend().then((call) => new OpenCall(call, forget));
    opening.catch(forget);
    return opening;
  }
}

/**
 * Builds a request once; a repetition sends the same again. It carries no deadline: the protocol's is a time of day, and a
 * server whose clock is ahead of ours would refuse everything.
 */
export function appendRequest(
  stream: string,
  expected: ExpectedRevision,
  events: readonly EncodedEvent[],
): BatchAppendReq {
  const name = new shared.StreamIdentifier();
  name.setStreamName(Buffer.from(stream));
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(name);
  if (expected === 'no-stream') options.setNoStream(new shared.Empty() as never);
  else options.setStreamPosition(expected.toString());
  const request = new streams.BatchAppendReq();
  request.setOptions(options);
  request.setIsFinal(true);
  request.setProposedMessagesList(events.map(proposed));
  return request;
}

function proposed({ id, type, data, metadata }: EncodedEvent): BatchAppendReq.ProposedMessage {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuid(id));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setData(data);
  message.setCustomMetadata(metadata);
  return message;
}

class OpenCall {
  readonly #call: AppendCall;
  readonly #pending = new Map<string, { done: (answer: AppendAnswer) => void; failed: (error: unknown) => void }>();
  #lastHeard = 0;

  constructor(call: AppendCall, forget: () => void) {
    this.#call = call;
    const end = (error: unknown): void => {
      forget();
      for (const { failed } of this.#pending.values()) failed(error);
      this.#pending.clear();
      call.destroy();
    };
    call.on('data', (answer: BatchAppendResp) => this.#settle(answer));
    call.on('error', end);
    call.on('end', () => end(new Error('the store ended the stream of appends')));
    call.on('close', () => end(new Error('the stream of appends was closed')));
  }

  send(id: string, request: BatchAppendReq, signal: AbortSignal): Promise<AppendAnswer> {
    return new Promise((done, failed) => {
      const sentAt = performance.now();
      this.#pending.set(id, { done, failed });
      signal.addEventListener('abort', () => {
        this.#pending.delete(id);
        // not a word since it was sent: the call itself may be stuck, the next try opens another
        if (this.#lastHeard < sentAt) this.#call.cancel();
      });
      this.#call.write(request);
    });
  }

  #settle(response: BatchAppendResp): void {
    this.#lastHeard = performance.now();
    const id = uuidText(response.getCorrelationId());
    const waiting = this.#pending.get(id);
    if (!waiting) return; // given up on and repeated since; the repetition has its own answer
    this.#pending.delete(id);
    const success = response.getSuccess();
    if (!success) return waiting.failed(refusal(response.getError()));
    const position = success.getPosition()?.getCommitPosition();
    waiting.done({
      revision: BigInt(success.getCurrentRevision()),
      position: position === undefined ? undefined : BigInt(position),
    });
  }
}

/** @returns one of our errors for a definite answer, any other for an unknown outcome */
function refusal(error: Status | undefined): Error {
  const details = error?.getDetails();
  const kind = details?.getTypeName().replace('event_store.client.', '');
  const bytes = details?.getValue_asU8() ?? new Uint8Array();
  switch (kind) {
    case 'WrongExpectedVersion': {
      const wrong = shared.WrongExpectedVersion.deserializeBinary(bytes);
      return new WrongExpectedRevision(
        wrong.hasCurrentStreamRevision() ? BigInt(wrong.getCurrentStreamRevision()) : 'no-stream',
      );
    }
    case 'StreamDeleted':
      return new StreamDeleted();
    case 'MaximumAppendSizeExceeded':
      return new EventTooLarge(shared.MaximumAppendSizeExceeded.deserializeBinary(bytes).getMaxappendsize());
    case 'AccessDenied':
    case 'InvalidTransaction':
    case 'BadRequest':
      return new StoreRefused(kind);
    default:
      return new Error(`the store answered ${kind ?? error?.getMessage() ?? 'nothing understood'}`);
  }
}

function uuid(text: string): InstanceType<typeof shared.UUID> {
  const message = new shared.UUID();
  message.setString(text);
  return message;
}
