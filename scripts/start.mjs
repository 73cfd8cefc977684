// npm start: installs what is missing, builds what changed, and becomes the product.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bin, environment, install, root } from './toolchain.mjs';

install();
const { build } = await import('./build.mjs');
build();

const product = spawn(bin('node'), ['--enable-source-maps', join(root, 'dist/apps/keyturn/main.js')], {
  cwd: root,
  stdio: 'inherit',
  env: environment({ NODE_ENV: 'production' }),
});
// Ctrl-C reaches the product by itself; a signal sent to npm alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => product.kill(signal));
product.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
