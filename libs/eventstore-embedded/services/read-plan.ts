import type { Direction } from '../log/reader.js';
import type { From } from '../log/read.js';
import { invalidArgument } from '../protocol/errors.js';
import type { streams } from '../protocol/generated.js';
import { filterFrom, type Filter } from './filter.js';

type ReadReq = InstanceType<typeof streams.ReadReq>;
type StreamOptions = InstanceType<typeof streams.ReadReq.Options.StreamOptions>;
type AllOptions = InstanceType<typeof streams.ReadReq.Options.AllOptions>;

/** What a `ReadReq` asks for. `stream` is undefined for `$all`, `count` for a subscription. */
export interface ReadPlan {
  stream: string | undefined;
  from: From;
  direction: Direction;
  count: number | undefined;
  filter: Filter | undefined;
  structuredIds: boolean;
}

export function readPlan(request: ReadReq): ReadPlan {
  const options = request.getOptions();
  const of = options?.getStream() ?? options?.getAll();
  if (!options || !of) throw invalidArgument('The read names neither a stream nor $all.');
  const direction = options.getReadDirection() === 0 ? 'forwards' : 'backwards';
  const subscription = options.hasSubscription();
  if (subscription && direction === 'backwards') throw invalidArgument('A subscription reads forwards.');
  if (!subscription && !options.hasCount()) throw invalidArgument('The read has no count.');
  const filter = options.getFilter();
  const stream = options.getStream();
  if (stream && filter) throw invalidArgument('Only $all can be filtered.');
  return {
    stream: stream && nameOf(stream),
    from: stream ? fromRevision(stream, subscription) : fromPosition(options.getAll()!, subscription),
    direction,
    count: subscription ? undefined : Number(options.getCount()),
    filter: filter && filterFrom(filter),
    structuredIds: !options.getUuidOption()?.hasString(),
  };
}

/** A subscription starts after what it names; without anything named it starts at the beginning. */
function fromRevision(stream: StreamOptions, subscription: boolean): From {
  if (stream.hasRevision()) return Number(stream.getRevision());
  if (stream.hasEnd()) return 'end';
  if (stream.hasStart() || subscription) return 'start';
  throw invalidArgument('The read has no revision.');
}

function fromPosition(all: AllOptions, subscription: boolean): From {
  const position = all.getPosition();
  if (position) return Number(position.getCommitPosition());
  if (all.hasEnd()) return 'end';
  if (all.hasStart() || subscription) return 'start';
  throw invalidArgument('The read has no position.');
}

function nameOf(stream: StreamOptions): string {
  const name = Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  if (!name || name.includes('\0')) throw invalidArgument('The stream name is missing or contains a null character.');
  return name;
}
