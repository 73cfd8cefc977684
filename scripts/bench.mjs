// npm run bench [part …]: compiles the product and the benchmarks, and runs them.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, environment, install, root } from './toolchain.mjs';

install();
const { build } = await import('./build.mjs');
build();
rmSync(join(root, 'dist/test'), { recursive: true, force: true });
const options = { cwd: root, stdio: 'inherit', env: environment() };
spawnSync(bin('node'), [bin('swc'), 'test', '-d', 'dist', '-q', '--ignore', '**/*.spec.ts'], options);
const { status } = spawnSync(bin('node'), [join(root, 'dist/test/bench/main.js'), ...process.argv.slice(2)], options);
process.exit(status ?? 1);
