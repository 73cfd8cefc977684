// npm run soak: the full counts of kills, timings and random histories; figures go to docs/measurements.md by hand.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { provideDebianPackages } from './debian-packages.mjs';
import { bin, environment, install, root } from './toolchain.mjs';

install();
provideDebianPackages();
const { build } = await import('./build.mjs');
build();

const counts = {
  KEYTURN_KILL_ROUNDS: '200',
  KEYTURN_TEST_TIMING_PAIRS: '2000',
  KEYTURN_FUZZ_RUNS: '100000',
  KEYTURN_TEST_ALL_ORDERS: 'yes',
  KEYTURN_TEST_PATIENCE_MS: '5400000',
};
const parts = {
  'kills of the event store': ['contract', 'test/contract/eventstore/kill'],
  'crashes of the worker': ['e2e', 'test/faults'],
  'timing and bytes of refusals': ['e2e', 'test/security/(sign-in-enumeration|enumeration|refused-behind-decoys)'],
  'bad input': ['e2e', 'test/security/fuzz'],
  'orders of steps': ['e2e', 'test/security/step-order'],
};

let failed = false;
const chosen = process.argv.slice(2);
for (const [name, [project, path]] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.some((part) => name.includes(part))) continue;
  const started = Date.now();
  console.log(
    `\n${name}: ${Object.entries(counts)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ')}`,
  );
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
  ];
  const options = ['--selectProjects', project, '--runInBand', '--', path];
  const { status } = spawnSync(bin('node'), [...jest, ...options], {
    cwd: root,
    stdio: 'inherit',
    env: environment({ ...counts, NODE_ENV: 'test' }),
  });
  failed ||= status !== 0;
  console.log(`${name}: ${status === 0 ? 'passed' : 'FAILED'} after ${Math.round((Date.now() - started) / 1000)} s`);
}
process.exit(failed ? 1 : 0);
