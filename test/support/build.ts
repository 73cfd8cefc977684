import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';

const root = resolve(import.meta.dirname, '../..');
let building: Promise<string> | undefined;

/**
 * Compiles `libs` and `apps` once per test run and gives the folder that holds them, for tests that start processes of
 * their own: `node <folder>/apps/eventstore/main.js`. The folder goes away with the run's PostgreSQL.
 */
export function compiled(): Promise<string> {
  return (building ??= build());
}

async function build(): Promise<string> {
  const home = join(await runFolder(), 'build');
  if (!(await exists(home))) await publish(home);
  return join(home, 'dist');
}

/** Builds beside and renames: spec files in other workers see all of it or nothing, and the slower one yields. */
async function publish(home: string): Promise<void> {
  const workshop = await mkdtemp(`${home}-`);
  await swc(join(workshop, 'dist'));
  await copyManifest(workshop);
  await symlink(join(root, 'node_modules'), join(workshop, 'node_modules'), 'dir');
  await rename(workshop, home).catch(async (error: Error) => {
    await rm(workshop, { recursive: true, force: true });
    if (!(await exists(home))) throw error;
  });
}

async function swc(output: string): Promise<void> {
  const command = join(root, 'node_modules/@swc/cli/bin/swc.js');
  const ignored = ['--ignore', 'apps/web/**', '--ignore', '**/*.spec.ts'];
  const child = spawn(process.execPath, [command, 'apps', 'libs', '-d', output, '-q', '--copy-files', ...ignored], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const code = await new Promise<number | null>((done, failed) => child.on('exit', done).on('error', failed));
  if (code !== 0) throw new Error(`swc failed: ${errors}`);
}

/** `#libs/…` resolves through the manifest nearest to the compiled files. */
async function copyManifest(folder: string): Promise<void> {
  const { name, version, type, imports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version, type, imports }));
}

/** The folder of this run's PostgreSQL, which global teardown removes. */
export async function runFolder(): Promise<string> {
  const client = new pg.Client({ connectionString: process.env.KEYTURN_TEST_POSTGRES });
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return dirname(rows[0]!.data_directory);
  } finally {
    await client.end();
  }
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
