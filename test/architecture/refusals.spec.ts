import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemTypes } from '../../apps/api/problems';

/** Shown elsewhere, or not by asking. */
const notOverHttp: Record<string, string> = {
  'account-disabled': 'sessions and cases end with it, so that other refusals come first: assistance.spec.ts',
  internal: 'a defect, which no story may meet',
  'method-not-allowed': 'answered by whatever stands before the product; here an unknown path and verb is not found',
  'method-changes-barred': 'nobody is signed in while it holds: disputes.spec.ts',
  unavailable: 'while a store is down: contract/eventstore-client/hazards.spec.ts',
  'too-many-groups': 'at 5 000 groups: groups.spec.ts',
};

const folders = ['e2e', 'security', 'faults', 'browser'];
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.spec.ts'));
const stories = folders
  .map((folder) => join(process.cwd(), 'test', folder))
  .flatMap((folder) => filesIn(folder).map((file) => readFileSync(join(folder, file), 'utf8')))
  .join('\n');

describe('every refusal', () => {
  it.each(Object.keys(problemTypes))('%s is met in a story over HTTP', (code) => {
    expect(code in notOverHttp || stories.includes(`'${code}'`)).toBe(true);
  });
});
