import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { quick, type World } from './worker-world';

/** Runs a worker of its own process until it kills itself at this point. */
export async function killedAt(world: World, point: string): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'doomed-worker.mjs')], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  child.stdin.end(
    JSON.stringify({
      point,
      storeUrl: world.embedded.url,
      databaseUrl: world.database.url,
      redisUrl: world.redis?.url,
      smtpUrl: world.smtp.url,
      masterKey: world.masterKey.toString('hex'),
      offsetMs: world.clock.offsetMs,
      settings: quick,
    }),
  );
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}
