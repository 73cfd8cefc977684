import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { freePort, startEmbeddedPostgres } from './embedded-postgres';

describe('the embedded PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await createTestDatabase()));
  afterAll(() => database.drop());

  it('answers as PostgreSQL 18', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    await client.end();
    expect(rows[0]?.server_version).toMatch(/^18\./);
  });

  it('takes another port where a program took its first one meanwhile', async () => {
    const other = createServer((socket) => socket.destroy());
    await new Promise<void>((resume) => other.listen(0, '127.0.0.1', resume));
    const taken = (other.address() as AddressInfo).port;
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-test-'));
    await chmod(folder, 0o711);
    const ports = [taken, await freePort()];
    const pickPort = async (): Promise<number> => ports.shift()!;
    const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false, pickPort });
    try {
      expect(ports).toEqual([]);
      expect(new URL(server.url).port).not.toBe(String(taken));
    } finally {
      await server.stop();
      other.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a free port', () => {
  it('is none that an outgoing connection may be given before the server is there', async () => {
    const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '49152');
    const [firstOutgoing = 0] = range.split('\t').map(Number);
    const ports = await Promise.all(Array.from({ length: 50 }, freePort));
    expect(Math.min(...ports)).toBeGreaterThan(1_023);
    if (firstOutgoing > 12_000) expect(Math.max(...ports)).toBeLessThan(firstOutgoing);
  });
});
