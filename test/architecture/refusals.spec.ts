import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemTypes } from '../../apps/api/problems';

/** Shown elsewhere, or not by asking. */
const notOverHttp: Record<string, string> = {
  'account-disabled': 'sessions and cases end with it, so that other refusals come first: assistance.spec.ts',
  internal: 'a defect, which no story may meet',
  'method-not-allowed': 'answered by whatever stands before the product; here an unknown path and verb is not found',
  'too-many-groups': 'at 5 000 groups: groups.spec.ts',
};

// Pages show texts: a code in their stories is what a test has the server say.
const folders = ['e2e', 'security', 'faults'];
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.spec.ts'));
const stories = folders
  .map((folder) => join(process.cwd(), 'test', folder))
  .flatMap((folder) => filesIn(folder).map((file) => readFileSync(join(folder, file), 'utf8')))
  .join('\n');

/** In what a test expects: naming a code for another purpose shows nothing. */
const expected = (code: string): boolean =>
  [`code: '${code}'`, `toBe('${code}')`].some((text) => stories.includes(text)) ||
  new RegExp(`(refuses|expectProblem|toEqual)\\(.*'${code}'`).test(stories);

describe('every refusal', () => {
  it.each(Object.keys(problemTypes))('%s is expected of a story over HTTP', (code) => {
    expect(code in notOverHttp).toBe(!expected(code));
  });
});
