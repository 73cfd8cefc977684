// Which line of the security requirements has which tests, and what became of them. Ids stand at the beginning of test names.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

/** How many lines each part of the requirements has. */
const parts = { R: 11, T: 21, G: 10, F: 15, P: 8, A: 10 };

export const ids = Object.entries(parts).flatMap(([part, count]) =>
  Array.from({ length: count }, (_, n) => `${part}${n + 1}`),
);

/** @returns rows `{ id, name, file }`, in the order of the requirements and of the files' names */
export function securityTests() {
  const found = ['libs', 'apps', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(\.spec|-suite)\.tsx?$/.test(file))
      .map((file) => `${folder}/${file}`)
      .sort()
      .flatMap(testsIn),
  );
  return found
    .map((row, n) => ({ row, n }))
    .sort((a, b) => ids.indexOf(a.row.id) - ids.indexOf(b.row.id) || a.n - b.n)
    .map(({ row }) => row);
}

function testsIn(file) {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:\b(?:it|describe)|\))\(\s*(['"`])([RTGFPA]\d{1,2}[:, ].*?)\1/g)].flatMap(([, , name]) =>
    (name.match(/\b[RTGFPA]\d{1,2}(?=[:,])/g) ?? []).map((id) => ({ id, name, file })),
  );
}

const link = ({ id, name, file }) =>
  `| ${id} | ${name.replaceAll('|', '\\|')} | [${file.split('/').at(-1)}](../${file}) |`;

/** The table of docs/security.md. */
export const table = (rows) => `| line | test | where |\n|---|---|---|\n${rows.map(link).join('\n')}\n`;

/** What docs/security.md says in its place. */
export function explained() {
  const [, section = ''] = /## Lines without a test\n(.*?)\n## /s.exec(page()) ?? [];
  return [...section.matchAll(/^- ([RTGFPA]\d{1,2})[,:]/gm)].map(([, id]) => id);
}

export const pagePath = join(root, 'docs/security.md');
export const mark = '<!-- generated -->\n\n';
export const page = () => readFileSync(pagePath, 'utf8');

/** @param reports of jest, as JSON. @returns the rows with their `result`: passed, failed or not run */
export function withResults(rows, reports) {
  const ran = reports.flatMap(({ testResults }) =>
    testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ title, ancestorTitles, status }) => ({
        name,
        titles: [title, ...ancestorTitles],
        status,
      })),
    ),
  );
  return rows.map((row) => {
    const pattern = patternOf(row.name);
    // A suite that several specs run stands in a file of its own.
    const isIn = ({ name }) => row.file.endsWith('-suite.ts') || name.endsWith(`/${row.file}`);
    const own = ran.filter((test) => isIn(test) && test.titles.some((title) => pattern.test(title)));
    const statuses = own.map(({ status }) => status).filter((status) => status !== 'pending' && status !== 'todo');
    const result = statuses.length === 0 ? 'not run' : statuses.every((one) => one === 'passed') ? 'passed' : 'failed';
    return { ...row, result };
  });
}

/** A name as it was written, with the places that are filled in when it runs. */
const patternOf = (name) =>
  new RegExp(
    `^${name
      .replaceAll(/\\(['"`])/g, '$1')
      .split(/\$\{.*?\}|%[a-zA-Z#]|\$[\w.]+/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

/** Which lines pass: a table, and a sentence. */
export function passing(rows) {
  const results = rows.map((row) => `| ${row.id} | ${row.name.replaceAll('|', '\\|')} | ${row.file} | ${row.result} |`);
  const lines = [...new Set(rows.map(({ id }) => id))];
  const passed = lines.filter((id) => rows.filter((row) => row.id === id).every(({ result }) => result === 'passed'));
  const others = lines.filter((id) => !passed.includes(id));
  return {
    text: `| line | test | where | result |\n|---|---|---|---|\n${results.join('\n')}\n`,
    sentence: `security requirements: ${passed.length} of ${lines.length} lines with tests pass${others.length ? `; not ${others.join(', ')}` : ''}`,
  };
}
