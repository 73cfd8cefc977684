import { status, type sendUnaryData, type ServerReadableStream } from '@grpc/grpc-js';
import type { EventLog } from '../log/event-log.js';
import type { ExpectedRevision, ProposedEvent } from '../log/event.js';
import { readAppend, type AppendHeader } from '../protocol/append-messages.js';
import {
  appendTooLarge,
  invalidArgument,
  ProtocolError,
  streamDeleted,
  timedOut,
  toProtocolError,
} from '../protocol/errors.js';
import { shared, streams } from '../protocol/generated.js';
import { delayed, type Faults } from './faults.js';
import { invalidEvents, invalidName, maximumAppendSize, sizeOf } from './limits.js';

type AppendResp = InstanceType<typeof streams.AppendResp>;
export type AppendCall = ServerReadableStream<Buffer, AppendResp>;

/** `Streams.Append`: one append per call, the client's way when a call carries credentials. */
export function append(log: EventLog, faults: Faults) {
  return async (call: AppendCall, answer: sendUnaryData<AppendResp>): Promise<void> => {
    try {
      const { stream, expected, events } = await receive(call);
      await delayed(faults);
      const deadline = deadlineOf(call);
      const outcome = await log.write({ stream, expected, deed: { append: events }, ...deadline });
      if (outcome.kind === 'deleted') throw streamDeleted(stream);
      if (outcome.kind === 'timed-out') throw timedOut();
      if (outcome.kind === 'wrong-expected-version') return answer(null, refusal(expected, outcome.current));
      if (faults.answers === 'withheld') return;
      if (faults.answers === 'lost') throw new ProtocolError(status.UNAVAILABLE, 'The connection was lost.');
      answer(null, success(outcome.last, outcome.position));
    } catch (error) {
      answer(toProtocolError(error));
    }
  };
}

async function receive(call: AppendCall): Promise<AppendHeader & { events: ProposedEvent[] }> {
  let header: AppendHeader | undefined;
  const events: ProposedEvent[] = [];
  for await (const bytes of call) {
    const part = readAppend(bytes as Buffer);
    if ('stream' in part) header = part;
    else events.push(part);
    if (sizeOf(events) > maximumAppendSize) throw appendTooLarge(maximumAppendSize);
  }
  if (!header) throw invalidArgument('The append has no options.');
  const invalid = invalidName(header.stream) ?? invalidEvents(events);
  if (invalid) throw invalidArgument(invalid);
  return { ...header, events };
}

export function deadlineOf(call: { getDeadline(): Date | number }): { deadline?: number } {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? { deadline } : {};
}

function success(last: number, position: number | undefined): AppendResp {
  const result = new streams.AppendResp.Success();
  if (last < 0) result.setNoStream(new shared.Empty());
  else result.setCurrentRevision(String(last));
  if (position === undefined) result.setNoPosition(new shared.Empty());
  else {
    const place = new streams.AppendResp.Position();
    place.setCommitPosition(String(position));
    place.setPreparePosition(String(position));
    result.setPosition(place);
  }
  const response = new streams.AppendResp();
  response.setSuccess(result);
  return response;
}

function refusal(expected: ExpectedRevision, current: number): AppendResp {
  const result = new streams.AppendResp.WrongExpectedVersion();
  if (current < 0) result.setCurrentNoStream(new shared.Empty());
  else result.setCurrentRevision(String(current));
  if (expected === 'any') result.setExpectedAny(new shared.Empty());
  else if (expected === 'no-stream') result.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream-exists') result.setExpectedStreamExists(new shared.Empty());
  else result.setExpectedRevision(String(expected));
  const response = new streams.AppendResp();
  response.setWrongExpectedVersion(result);
  return response;
}
