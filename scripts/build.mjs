// Compiles apps and libs to dist/ with swc, and the pages with Vite when they are out of date.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bin, root } from './toolchain.mjs';

const newest = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);

const run = (name, args) => execFileSync(bin('node'), [bin(name), ...args], { cwd: root, stdio: 'inherit' });

const builtAt = (file) => (existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0);

export function build({ force = false } = {}) {
  const sources = Math.max(
    newest('libs'),
    ...['api', 'cli', 'eventstore', 'keyturn', 'outside', 'worker'].map((app) => newestIn(`apps/${app}`)),
  );
  if (force || builtAt('dist/.built') < sources) {
    for (const folder of ['apps', 'libs']) rmSync(join(root, 'dist', folder), { recursive: true, force: true });
    run('swc', [
      'apps',
      'libs',
      '-d',
      'dist',
      '-q',
      '--copy-files',
      '--ignore',
      'apps/web/**',
      '--ignore',
      '**/*.spec.ts',
    ]);
    execFileSync('touch', [join(root, 'dist/.built')]);
  }
  const pages = newest('apps/web');
  if (force || builtAt('dist/web/index.html') < pages) {
    run('vite', ['build', '--config', 'apps/web/vite.config.ts', '--logLevel', 'warn']);
  }
}

const newestIn = (folder) => (existsSync(join(root, folder)) ? newest(folder) : 0);

if (import.meta.filename === process.argv[1]) build({ force: process.argv.includes('--force') });
