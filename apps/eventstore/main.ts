import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';

/** The embedded event store as a process of its own. */
const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) refuse('DATABASE_URL is not set: the event store keeps its events in PostgreSQL.');
const port = Number(process.env.KEYTURN_EVENTSTORE_PORT ?? 2113);
if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse('KEYTURN_EVENTSTORE_PORT is not a port number.');

const report = ({ message }: Error): boolean => process.stderr.write(`${message}\n`);
const host = process.env.KEYTURN_HOST ?? '127.0.0.1';
const store = await startEmbeddedEventStore({ databaseUrl, host, port, report }).catch(({ message }: Error) =>
  refuse(message),
);
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void store.close().then(() => process.exit(0));
  });
}
process.stdout.write(`The event store is ready at ${store.url}\n`);

function refuse(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
