import { randomUUID } from 'node:crypto';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { systemClock, type Clock } from '#libs/runtime/clock';
import { EventLog } from './log/event-log.js';
import { batchedMessages } from './protocol/batched-messages.js';
import { featuresGrpc, gossipGrpc } from './protocol/generated.js';
import { encodeReadResponse } from './protocol/recorded-event.js';
import { clusterOfOne, supportedMethods } from './services/discovery.js';
import type { Faults } from './services/faults.js';
import { Streams } from './services/streams.js';

export type { Faults } from './services/faults.js';

export interface EmbeddedEventStoreOptions {
  databaseUrl: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** A free port when omitted or 0. */
  port?: number;
  /** PostgreSQL schema, created when missing; default `eventstore`. */
  schema?: string;
  /** Stamps events and decides `$maxAge`. */
  clock?: Clock;
  /** Milliseconds PostgreSQL may take over one question or commit before it counts as lost; default 30 000. */
  patienceMs?: number;
  /** Hears, once each time it changes, why the store cannot write at present. */
  report?: (problem: Error) => void;
  /** For tests: change its fields at any time. */
  faults?: Faults;
}

export interface EmbeddedEventStore {
  /** Connection string for `@eventstore/db-client`. */
  url: string;
  port: number;
  /** The same store for a client in this process, which then needs no network. */
  local: Streams['local'];
  /** Commits what was received, ends subscriptions, lets go of PostgreSQL. */
  close(): Promise<void>;
}

const maximumMessage = 17 * 1024 * 1024;
const closePatienceMs = 1_000;

/**
 * Serves EventStoreDB's gRPC protocol over PostgreSQL. Fails with a plain sentence when another one already writes to
 * the same schema.
 */
export async function startEmbeddedEventStore(options: EmbeddedEventStoreOptions): Promise<EmbeddedEventStore> {
  const {
    databaseUrl,
    host = '127.0.0.1',
    port = 0,
    schema = 'eventstore',
    clock = systemClock,
    patienceMs = 30_000,
    report = () => {},
    faults = {},
  } = options;
  const log = await EventLog.open({ databaseUrl, schema, clock, encode: encodeReadResponse, patienceMs, report });
  const server = new Server({
    interceptors: [batchedMessages],
    'grpc.max_receive_message_length': maximumMessage,
    'grpc.max_send_message_length': -1,
  });
  const streams = new Streams(log, faults);
  let bound = port;
  server.addService(Streams.definition, streams.implementation);
  server.addService(featuresGrpc.ServerFeaturesService as never, { getSupportedMethods: supportedMethods } as never);
  server.addService(
    gossipGrpc.GossipService as never,
    { read: clusterOfOne(host, () => bound, randomUUID()) } as never,
  );
  try {
    bound = await bind(server, host, port);
  } catch (error) {
    await log.close();
    throw error;
  }
  return {
    url: `esdb://${host}:${bound}?tls=false`,
    port: bound,
    local: streams.local,
    close: async () => {
      const drained = new Promise<void>((done) => server.tryShutdown(() => done()));
      streams.takeNoMore();
      await log.drain();
      streams.end();
      await Promise.race([drained, new Promise((done) => setTimeout(done, closePatienceMs).unref())]);
      server.forceShutdown();
      await log.close();
    },
  };
}

const bind = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((done, failed) =>
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? failed(error) : done(bound),
    ),
  );
