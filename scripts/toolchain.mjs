// Where the tools of this repository are, whatever is on the machine's PATH.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';

export const root = dirname(import.meta.dirname);
export const bin = (name) => join(root, 'node_modules', '.bin', name);

/** Installs what package-lock.json names, when it is missing or was made for another lockfile. */
export function install() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(marker) && existsSync(bin('node'))) return;
  process.stdout.write('Installing the packages of package-lock.json into node_modules …\n');
  // Not `npm ci`: it refuses a lockfile that lacks a binary some other platform would need.
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
}

/** The environment in which npm's own node comes first. */
export const environment = (extra = {}) => ({
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
  ...extra,
});
