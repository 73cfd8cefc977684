import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import streams from '@eventstore/db-client/generated/streams_pb.js';

const { Options } = streams.ReadReq;

export interface Direction {
  readonly from?: bigint | undefined;
  readonly backwards: boolean;
  readonly limit: number;
}

export function readStreamRequest(stream: string, { from, backwards, limit }: Direction): ReadReq {
  const name = new shared.StreamIdentifier();
  name.setStreamName(Buffer.from(stream));
  const which = new Options.StreamOptions();
  which.setStreamIdentifier(name);
  if (from !== undefined) which.setRevision(from.toString());
  else if (backwards) which.setEnd(empty());
  else which.setStart(empty());
  return request((options) =>
    options
      .setStream(which)
      .setReadDirection(backwards ? 1 : 0)
      .setCount(String(limit)),
  );
}

export function readAllRequest({ from, backwards, limit }: Direction): ReadReq {
  const which = new Options.AllOptions();
  if (from !== undefined) which.setPosition(positionOf(from));
  else if (backwards) which.setEnd(empty());
  else which.setStart(empty());
  return request((options) =>
    options
      .setAll(which)
      .setReadDirection(backwards ? 1 : 0)
      .setCount(String(limit)),
  );
}

/** @param after commit position of the last event seen; −1n: from the beginning */
export function subscribeRequest(after: bigint, prefixes: readonly string[] | undefined): ReadReq {
  const which = new Options.AllOptions();
  if (after >= 0n) which.setPosition(positionOf(after));
  else which.setStart(empty());
  return request((options) => {
    options.setAll(which).setSubscription(new Options.SubscriptionOptions());
    if (prefixes) options.setFilter(streamNameFilter(prefixes));
  });
}

/** A checkpoint comes after every window of events looked at, so the window is also how far a restart may go back. */
function streamNameFilter(prefixes: readonly string[]): InstanceType<typeof Options.FilterOptions> {
  const expression = new Options.FilterOptions.Expression();
  expression.setPrefixList([...prefixes]);
  const filter = new Options.FilterOptions();
  return filter.setStreamIdentifier(expression).setMax(32).setCheckpointintervalmultiplier(1);
}

function request(fill: (options: ReadReq.Options) => void): ReadReq {
  const uuids = new Options.UUIDOption();
  uuids.setString(empty());
  const options = new Options();
  options.setUuidOption(uuids).setNoFilter(empty());
  fill(options);
  return new streams.ReadReq().setOptions(options);
}

/** Outside explicit transactions, which EventStoreDB no longer has, both positions are the same. */
const positionOf = (commit: bigint): InstanceType<typeof Options.Position> =>
  new Options.Position().setCommitPosition(commit.toString()).setPreparePosition(commit.toString());

const empty = (): InstanceType<typeof shared.Empty> => new shared.Empty();
