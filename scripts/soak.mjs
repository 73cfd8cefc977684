// npm run soak: the full counts of kills, timings and random histories; figures go to docs/measurements.md by hand.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { provideDebianPackages } from './debian-packages.mjs';
import { bin, environment, install, root } from './toolchain.mjs';

install();
provideDebianPackages();
const { build } = await import('./build.mjs');
build();

/** For those that count to thousands; what hangs elsewhere is to be seen soon. */
const patience = { KEYTURN_TEST_PATIENCE_MS: '5400000' };
const timing = { KEYTURN_TEST_TIMING_PAIRS: '2000', ...patience };
const parts = {
  'kills of the event store': [
    'contract',
    'test/contract/eventstore/kill',
    { KEYTURN_KILL_ROUNDS: '200', ...patience },
  ],
  'crashes of workers, platforms and agents': ['e2e', 'test/faults', { KEYTURN_TEST_ALL_CRASHES: 'yes' }],
  'timing and bytes of refusals': [
    'e2e',
    'test/security/(sign-in-enumeration|enumeration|refused-behind-decoys)',
    timing,
  ],
  'bad input': ['e2e', 'test/security/fuzz', { KEYTURN_FUZZ_RUNS: '100000', ...patience }],
  'orders of steps': ['e2e', 'test/security/step-order', { KEYTURN_TEST_ALL_ORDERS: 'yes', ...patience }],
};

let failed = false;
const chosen = process.argv.slice(2);
for (const [name, [project, path, counts]] of Object.entries(parts)) {
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
