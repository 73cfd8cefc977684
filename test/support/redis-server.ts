import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from '#libs/runtime/embedded-postgres';

export interface RedisServer {
  url: string;
  port: number;
  pid: number;
  /** For looking inside and for emptying it. */
  client: Redis;
  stop(): Promise<void>;
}

/** Without the binary these suites are skipped, loudly; in CI that is a failure. */
export const redisInstalled = spawnSync('redis-server', ['--version']).status === 0;
if (!redisInstalled && process.env.CI) throw new Error('redis-server is missing: apt-get install redis-server');
if (!redisInstalled) process.stderr.write('\n!!! redis-server is missing: NOTHING is tested on Redis here !!!\n\n');

/** A real Redis that keeps nothing on disk. */
export async function startRedis(flags: Record<string, string> = {}, port?: number): Promise<RedisServer> {
  const used = port ?? (await freePort());
  const settings = { port: String(used), bind: '127.0.0.1', save: '', appendonly: 'no', ...flags };
  const policy = { 'maxmemory-policy': 'noeviction', ...settings };
  const argv = Object.entries(policy).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn('redis-server', argv, { stdio: 'ignore', cwd: '/tmp' });
  const client = new Redis(used, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await client.ping();
  return {
    url: `redis://127.0.0.1:${used}`,
    port: used,
    pid: server.pid!,
    client,
    async stop() {
      client.disconnect();
      if (server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
  };
}
