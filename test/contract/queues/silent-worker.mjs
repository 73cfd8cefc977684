// A process that takes one job, says so, and never finishes it: node silent-worker.mjs <redis|postgres> <url> <queue>
import { createPostgresBackend, Worker } from 'bullmq';

const [backend, url, queue] = process.argv.slice(2);
const { hostname: host, port } = new URL(url);
const connection = backend === 'redis' ? { host, port: Number(port) } : { connectionString: url };
new Worker(
  queue,
  () => {
    console.log('taken');
    return new Promise(() => {});
  },
  { connection, lockDuration: 500, stalledInterval: 100 },
  backend === 'redis' ? undefined : createPostgresBackend,
);
