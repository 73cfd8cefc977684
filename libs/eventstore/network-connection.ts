import type { Readable } from 'node:stream';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import service from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type { CallOptions, Channel, Metadata } from '@grpc/grpc-js';
import type { AppendCall, Connection, ReadCall } from './connection.js';
import { StoreRefused } from './errors.js';

/**
 * The published client owns the connection: its string, TLS, credentials, discovery, the move to a new leader. The
 * appends and reads on it are ours, made of the stubs it ships, because its own
 * - keep pending appends in one map for the whole process, so that one client's error rejects another's appends and a
 *   late answer throws inside a stream handler;
 * - run in async promise executors, so that a payload JSON refuses, or a stream that breaks under back-pressure, ends
 *   in an unhandled rejection and a promise that never settles;
 * - first ask for the server's features, without a deadline, and wait for that one answer for ever;
 * - cost half as much CPU again with several in flight, and 2–3 times that as unary calls: `test/bench/eventstore-client.ts`.
 */
export class NetworkConnection implements Connection {
  readonly #client: EventStoreDBClient;
  readonly #door: ClientInternals;
  #closed = false;

  /** @param url `esdb://…` or `esdb+discover://…`, as EventStoreDB documents it; `kurrentdb` in place of `esdb` */
  constructor(url: string) {
    this.#client = withoutWarning(() => EventStoreDBClient.connectionString(withKeepAlive(asEsdb(url))));
    this.#door = this.#client as unknown as ClientInternals;
  }

  batchAppend(): Promise<AppendCall> {
    return this.#open('batchAppend', (client, metadata, options) => client.batchAppend(metadata, options));
  }

  read(request: ReadReq): Promise<ReadCall> {
    return this.#open('read', (client, metadata, options) => client.read(request, metadata, options));
  }

  async close(): Promise<void> {
    this.#closed = true;
    // it waits for the end of every call, and a call may never end
    await Promise.race([this.#client.dispose(), new Promise((resume) => setTimeout(resume, 1_000).unref())]);
    const channel = await this.#door.getChannel().catch(() => undefined);
    channel?.close();
  }

  /** Only the leader's answers are current; a follower names the leader and the client moves there. */
  async #open<T extends Readable>(
    name: string,
    call: (client: StreamsClient, metadata: Metadata, options: CallOptions) => T,
  ): Promise<T> {
    if (this.#closed) throw new StoreRefused('this connection was closed');
    const args = this.#door.callArguments({ requiresLeader: true }, { deadline: Infinity });
    return this.#door.GRPCStreamCreator(service.StreamsClient, name, (client) => call(client, ...args))();
  }
}

/** What the client uses for its own commands. Protected there, so its version is pinned and the contract tests watch. */
interface ClientInternals {
  GRPCStreamCreator<T extends Readable>(
    stub: typeof StreamsClient,
    name: string,
    creator: (client: StreamsClient) => T,
  ): () => Promise<T>;
  callArguments(options: { requiresLeader: boolean }, call: CallOptions): [Metadata, CallOptions];
  getChannel(): Promise<Channel>;
}

/** The product's new name, which the client does not know. */
const asEsdb = (url: string): string => url.replace(/^kurrentdb(?=:|\+)/, 'esdb');

/**
 * A connection whose other end is gone without a word (a paused machine, a cut cable) is dropped after 4 s instead of
 * 20 s, while the append that waits on it is still being repeated. Only this gets a new connection: calls and channels
 * to one address share it as long as it looks alive. Settings of the connection string come first.
 */
function withKeepAlive(url: string): string {
  const defaults = { keepAliveInterval: 2_000, keepAliveTimeout: 2_000 };
  const missing = Object.entries(defaults).filter(([name]) => !url.toLowerCase().includes(`${name.toLowerCase()}=`));
  return missing.reduce((to, [name, value]) => `${to}${to.includes('?') ? '&' : '?'}${name}=${value}`, url);
}

/* eslint-disable no-console -- the client prints a warning for keep-alives under 10 s, meant for servers that count pings */
function withoutWarning<T>(create: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return create();
  } finally {
    console.warn = warn;
  }
}
