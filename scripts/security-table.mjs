// Writes the table of docs/security.md: which security line has which tests. Ids stand at the beginning of test names.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

const lines = new Map();
for (const folder of ['libs', 'apps', 'test']) {
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/(\.spec|-suite)\.tsx?$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    for (const [, , name] of text.matchAll(/(?:\b(?:it|describe)|\))\(\s*(['"`])([RTGFPA]\d{1,2}[:, ].*?)\1/g)) {
      for (const id of name.match(/\b[RTGFPA]\d{1,2}(?=[:,])/g) ?? []) {
        lines.set(id, [...(lines.get(id) ?? []), { name, file: path.slice(root.length + 1) }]);
      }
    }
  }
}

const order = [...lines].sort(
  ([a], [b]) => 'RTGFPA'.indexOf(a[0]) - 'RTGFPA'.indexOf(b[0]) || Number(a.slice(1)) - Number(b.slice(1)),
);
const rows = order.flatMap(([id, tests]) =>
  tests.map(({ name, file }) => `| ${id} | ${name.replaceAll('|', '\\|')} | [${file.split('/').at(-1)}](../${file}) |`),
);
const page = join(root, 'docs/security.md');
const [head] = readFileSync(page, 'utf8').split('<!-- generated -->');
writeFileSync(page, `${head}<!-- generated -->\n\n| line | test | where |\n|---|---|---|\n${rows.join('\n')}\n`);
console.log(`${lines.size} lines, ${rows.length} tests`);
