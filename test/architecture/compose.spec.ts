import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Finding {
  readonly errorCount: number;
}

/** Errors of the compose specification's schema, not matters of taste. */
function errorsIn(file: string): number {
  const { stdout } = spawnSync(process.execPath, ['node_modules/.bin/dclint', '--formatter', 'json', file], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return (JSON.parse(stdout) as Finding[]).reduce((sum, { errorCount }) => sum + errorCount, 0);
}

describe('docker-compose.yml', () => {
  it('is what the compose specification allows', () => expect(errorsIn('docker-compose.yml')).toBe(0));

  it('would fail with a key that is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-compose-'));
    const planted = join(folder, 'docker-compose.yml');
    await writeFile(planted, (await readFile('docker-compose.yml', 'utf8')).replace('    volumes:', '    volums:'));
    expect(errorsIn(planted)).toBeGreaterThan(0);
    await rm(folder, { recursive: true });
  });

  it('keeps Redis from forgetting, and the master key out of the file', async () => {
    const text = await readFile('docker-compose.yml', 'utf8');
    expect(text).toContain('--maxmemory-policy, noeviction');
    expect(text).toContain('--appendonly, "yes"');
    expect(text).toMatch(/KEYTURN_MASTER_KEY: \$\{KEYTURN_MASTER_KEY:\?/);
  });
});
