// npm test: installs what is missing, then runs everything there is to run; the last line counts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provideDebianPackages } from './debian-packages.mjs';
import { passing, securityTests, withResults } from './security-lines.mjs';
import { bin, environment, install, root } from './toolchain.mjs';

install();
provideDebianPackages();
const { build } = await import('./build.mjs');
build({ force: process.env.CI === 'true' });

const reports = join(root, '.tmp');
const results = [];
mkdirSync(reports, { recursive: true });
let failed = 0;
let passed = 0;
let broken = false;

const node = (args, env = {}) =>
  spawnSync(bin('node'), args, { cwd: root, stdio: 'inherit', env: environment(env) }).status;

/** Suites in the order in which they tell most; each line of the total is a test that ran. */
function suite(names, workers) {
  const report = join(reports, `${names.join('-')}.json`);
  const started = Date.now();
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
  ];
  const options = ['--selectProjects', ...names, '--ci', '--maxWorkers', String(workers), '--forceExit'];
  const status = node([...jest, ...options, '--json', '--outputFile', report], { NODE_ENV: 'test' });
  const result = JSON.parse(readFileSync(report, 'utf8'));
  results.push(result);
  const { numPassedTests, numFailedTests, numFailedTestSuites } = result;
  passed += numPassedTests;
  failed += numFailedTests;
  broken ||= status !== 0 || numFailedTestSuites > 0 || numPassedTests === 0;
  console.log(`${names.join(' + ')}: ${Math.round((Date.now() - started) / 1000)} s\n`);
}

broken ||= node([join(root, 'scripts/check.mjs'), '--static']) !== 0;
suite(['unit', 'architecture'], 2);
suite(['contract'], 2);
suite(['e2e'], 2);
suite(['browser'], 1);

const { text, sentence } = passing(withResults(securityTests(), results));
writeFileSync(join(reports, 'security-lines.md'), text);
console.log(`${sentence} (.tmp/security-lines.md)`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(broken || failed > 0 ? 1 : 0);
