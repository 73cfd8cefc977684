#!/usr/bin/env node
// The operator's command line. It needs the Node that npm installed with the product, and the built product.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const own = join(root, 'node_modules', '.bin', 'node');
const main = join(root, 'dist', 'apps', 'cli', 'main.js');

if (!existsSync(main)) {
  process.stderr.write('Keyturn is not built yet: run "npm run build" (or "npm start" once) first.\n');
  process.exit(1);
}
const node = existsSync(own) ? own : process.execPath;
const { status, signal } = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(signal ? 130 : (status ?? 1));
