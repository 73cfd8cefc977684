import type { LogEntry } from '../log/entry.js';
import type { Prefixes } from '../log/reader.js';
import { invalidArgument } from '../protocol/errors.js';
import type { streams } from '../protocol/generated.js';

type FilterOptions = InstanceType<typeof streams.ReadReq.Options.FilterOptions>;

/** Which events of `$all` a reader wants, and how often it wants to hear how far the search has come. */
export interface Filter {
  matches(entry: LogEntry): boolean;
  /** Set when PostgreSQL can do the search. */
  prefixes?: Prefixes;
  /** Events looked at between two checkpoints. */
  checkpointEvery: number;
}

/** EventStoreDB's search window when the client names none. */
const defaultWindow = 32;

export function filterFrom(options: FilterOptions): Filter {
  const expression = options.getStreamIdentifier() ?? options.getEventType();
  if (!expression) throw invalidArgument('The filter says neither stream name nor event type.');
  const on = options.hasStreamIdentifier() ? 'stream' : 'type';
  const window = options.hasMax() ? options.getMax() : defaultWindow;
  const checkpointEvery = Math.max(1, window) * Math.max(1, options.getCheckpointintervalmultiplier());
  const regex = expression.getRegex();
  if (regex) {
    const pattern = compile(regex);
    return { matches: (entry) => pattern.test(entry[on]), checkpointEvery };
  }
  // No name contains a null character, and PostgreSQL takes none.
  const anyOf = expression.getPrefixList().filter((prefix) => !prefix.includes('\0'));
  return {
    matches: (entry) => anyOf.some((prefix) => entry[on].startsWith(prefix)),
    prefixes: { on, anyOf },
    checkpointEvery,
  };
}

function compile(regex: string): RegExp {
  try {
    return new RegExp(regex, 'u');
  } catch {
    throw invalidArgument(`'${regex}' is not a valid regular expression.`);
  }
}
