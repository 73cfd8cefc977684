// Compiles apps and libs to dist/ with swc, and the pages with Vite when they are out of date.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, root } from './toolchain.mjs';

const newest = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);

const run = (name, args, env = {}) =>
  execFileSync(bin('node'), [bin(name), ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });

const builtAt = (file) => (existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0);

/** Beside and then in place: whoever starts the product meanwhile finds the old build or the new one. */
function compile() {
  const fresh = join(root, `dist/.fresh-${process.pid}`);
  run('swc', [
    'apps',
    'libs',
    '-d',
    fresh,
    '-q',
    '--copy-files',
    '--ignore',
    'apps/web/**',
    '--ignore',
    '**/*.spec.ts',
  ]);
  for (const folder of ['libs', 'apps']) {
    const old = join(fresh, `${folder}.old`);
    if (existsSync(join(root, 'dist', folder))) renameSync(join(root, 'dist', folder), old);
    renameSync(join(fresh, folder), join(root, 'dist', folder));
  }
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(join(root, 'dist/.built'), '');
}

export function build({ force = false } = {}) {
  const sources = Math.max(
    newest('libs'),
    ...['agent', 'api', 'cli', 'eventstore', 'keyturn', 'outside', 'worker'].map((app) => newestIn(`apps/${app}`)),
  );
  if (force || builtAt('dist/.built') < sources) compile();
  const pages = newest('apps/web');
  if (force || builtAt('dist/web/index.html') < pages) {
    // Tests look at the pages that people get, not at what React would be while one develops.
    run('vite', ['build', '--config', 'apps/web/vite.config.ts', '--logLevel', 'warn'], { NODE_ENV: 'production' });
  }
}

const newestIn = (folder) => (existsSync(join(root, folder)) ? newest(folder) : 0);

if (import.meta.filename === process.argv[1]) build({ force: process.argv.includes('--force') });
