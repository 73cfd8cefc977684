import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { EventLog } from '../log/event-log.js';
import { isMetastream, type ExpectedRevision } from '../log/event.js';
import { invalidArgument, streamDeleted, timedOut, toProtocolError, wrongExpectedVersion } from '../protocol/errors.js';
import { shared, streams } from '../protocol/generated.js';
import { deadlineOf } from './append.js';
import { invalidName } from './limits.js';

type DeleteReq = InstanceType<typeof streams.DeleteReq>;
type DeleteResp = InstanceType<typeof streams.DeleteResp>;
type TombstoneReq = InstanceType<typeof streams.TombstoneReq>;
type TombstoneResp = InstanceType<typeof streams.TombstoneResp>;
type Options = InstanceType<typeof streams.DeleteReq.Options> | InstanceType<typeof streams.TombstoneReq.Options>;

/** `Streams.Delete`: hides the stream's events; a later append brings the stream back from there on. */
export const deleteStream = (log: EventLog) => remove<DeleteReq, DeleteResp>(log, 'delete', streams.DeleteResp);

/** `Streams.Tombstone`: closes the stream for good. */
export const tombstoneStream = (log: EventLog) =>
  remove<TombstoneReq, TombstoneResp>(log, 'tombstone', streams.TombstoneResp);

function remove<Req extends DeleteReq | TombstoneReq, Resp extends DeleteResp | TombstoneResp>(
  log: EventLog,
  deed: 'delete' | 'tombstone',
  Response: { new (): Resp; Position: new () => InstanceType<typeof streams.DeleteResp.Position> },
) {
  return async (call: ServerUnaryCall<Req, Resp>, answer: sendUnaryData<Resp>): Promise<void> => {
    try {
      const options = call.request.getOptions() as Options | undefined;
      const stream = Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
      const invalid = invalidName(stream) ?? (isMetastream(stream) && 'A metadata stream cannot be deleted.');
      if (!options || invalid) throw invalidArgument(invalid || 'The request has no options.');
      const expected = expectedOf(options);
      const outcome = await log.write({ stream, expected, deed, ...deadlineOf(call) });
      if (outcome.kind === 'deleted') throw streamDeleted(stream);
      if (outcome.kind === 'timed-out') throw timedOut();
      if (outcome.kind === 'wrong-expected-version')
        throw wrongExpectedVersion('Delete', stream, expected, outcome.current);
      const response = new Response();
      if (outcome.position === undefined) response.setNoPosition(new shared.Empty());
      else {
        const position = new Response.Position();
        position.setCommitPosition(String(outcome.position));
        position.setPreparePosition(String(outcome.position));
        response.setPosition(position);
      }
      answer(null, response);
    } catch (error) {
      answer(toProtocolError(error));
    }
  };
}

function expectedOf(options: Options): ExpectedRevision {
  if (options.hasRevision()) return Number(options.getRevision());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : 'any';
}
