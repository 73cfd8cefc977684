// npm run check: types, lint, architecture and unit tests, side by side. `--static` leaves the tests out.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { bin, environment, install, root } from './toolchain.mjs';

install();

const tool = (name, ...args) => [bin(name), ...args];
const jest = (...projects) => [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(root, 'node_modules/jest/bin/jest.js'),
  ...['--selectProjects', ...projects, '--silent'],
];

/** The longest first, so that the shorter ones fill what is left. */
const steps = {
  lint: tool('eslint', '.', '--cache', '--cache-location', 'node_modules/.cache/eslint/'),
  'unit tests': [...jest('unit', 'architecture'), '--maxWorkers', '100%'],
  types: tool('tsc', '--noEmit', '--pretty', 'false'),
  'types of the pages': tool('tsc', '--noEmit', '--pretty', 'false', '-p', 'apps/web'),
  architecture: tool(
    'depcruise',
    'apps',
    'libs',
    'test',
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'err',
  ),
};
if (process.argv.includes('--static')) delete steps['unit tests'];

const started = Date.now();
const waiting = Object.entries(steps);
const results = [];
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
const failed = results.filter(({ ok }) => !ok);
console.log(failed.length ? `✗ ${failed.map(({ name }) => name).join(', ')}` : `✓ all in ${seconds(started)}`);
process.exit(failed.length ? 1 : 0);

async function worker() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const [name, args] = step;
    const begun = Date.now();
    const { ok, output } = await run(args);
    results.push({ name, ok });
    console.log(`${ok ? '✓' : '✗'} ${name} ${seconds(begun)}${ok ? '' : `\n${output.trim()}\n`}`);
  }
}

/** What a step said is shown only when it failed. */
function run(args) {
  return new Promise((resolve) => {
    const options = { cwd: root, env: environment({ NODE_ENV: 'test' }), stdio: ['ignore', 'pipe', 'pipe'] };
    const child = spawn(bin('node'), args, options);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ ok: false, output: String(error) }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

function seconds(since) {
  return `${((Date.now() - since) / 1_000).toFixed(1)} s`;
}
