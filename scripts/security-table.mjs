// Writes the table of docs/security.md: which security line has which tests.
import { writeFileSync } from 'node:fs';
import { mark, page, pagePath, securityTests, table } from './security-lines.mjs';

const rows = securityTests();
const [head] = page().split(mark);
writeFileSync(pagePath, `${head}${mark}${table(rows)}`);
console.log(`${new Set(rows.map(({ id }) => id)).size} lines, ${rows.length} tests`);
