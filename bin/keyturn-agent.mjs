#!/usr/bin/env node
// The on-premises agent: `keyturn-agent [run]` and `keyturn-agent doctor`. It needs the built product.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const main = join(import.meta.dirname, '..', 'dist', 'apps', 'agent', 'main.js');

if (!existsSync(main)) {
  process.stderr.write('Keyturn is not built yet: run "npm run build" (or "npm start" once) first.\n');
  process.exit(1);
}
// In this very process, so that a service's signals reach the agent itself.
await import(pathToFileURL(main).href);
