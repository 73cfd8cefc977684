import type { RebuildResult } from '#libs/readmodels/rebuild';
import { printable } from './printable.js';

/** What became of each model, with the rows that differ. */
export const replayReport = (results: readonly RebuildResult[]): string => results.map(report).join('');

function report({ model, outcome, differences, examples, parked }: RebuildResult): string {
  const verdict = {
    switched: differences > 0 ? `rebuilt and switched; ${rows(differences)} differed` : 'rebuilt and switched',
    compared: differences > 0 ? `compared: ${rows(differences)} differ` : 'compared: no difference',
    refused: `not switched: ${rows(differences)} differ. Look at them; --accept-differences switches all the same.`,
  }[outcome];
  const lines = [`${model}: ${verdict}`];
  if (parked > 0) lines.push(`  ${parked} streams could not be read and are parked: the model is incomplete.`);
  for (const { key, old, new: made } of examples) lines.push(`  ${printable(key)}`, ...changes(old, made));
  if (differences > examples.length) lines.push(`  … and ${differences - examples.length} more`);
  return `${lines.join('\n')}\n`;
}

function changes(old: object | null, made: object | null): string[] {
  if (!old || !made) return [`    ${old ? 'only in the old table' : 'only in the new table'}`];
  const [before, after] = [old as Record<string, unknown>, made as Record<string, unknown>];
  return Object.keys(after)
    .filter((column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]))
    .map((column) => printable(`    ${column}: ${JSON.stringify(before[column])} → ${JSON.stringify(after[column])}`));
}

const rows = (n: number): string => (n === 1 ? '1 row' : `${n} rows`);
