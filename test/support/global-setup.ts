import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../libs/runtime/embedded-postgres';

declare global {
  var keyturnTestPostgres: { server: EmbeddedPostgres; folder: string } | undefined;
}

/** One real PostgreSQL for the whole run; each spec file takes a database of its own from it. */
export default async function globalSetup(): Promise<void> {
  if (globalThis.keyturnTestPostgres) return;
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-test-'));
  await chmod(folder, 0o711);
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  globalThis.keyturnTestPostgres = { server, folder };
  process.env.KEYTURN_TEST_POSTGRES = server.url;
}

export async function stopTestPostgres(): Promise<void> {
  const running = globalThis.keyturnTestPostgres;
  globalThis.keyturnTestPostgres = undefined;
  await running?.server.stop();
  if (running) await rm(running.folder, { recursive: true, force: true });
}
