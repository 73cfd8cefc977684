import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { events } from './events.js';

/** Rows of the table in the manual: ids, and the events they stand for. */
const documented = (): Map<string, string> => {
  const text = readFileSync(join(process.cwd(), 'docs/directory.md'), 'utf8');
  const rows = [...text.matchAll(/^\| ((?:`KTA-\d+` ?)+) \| ([^|]+) \|/gm)];
  return new Map(
    rows.flatMap(([, ids, names]) =>
      [...ids!.matchAll(/`(KTA-\d+)`/g)].map(([, id], n, all) => {
        const named = names!.split(',').map((name) => name.trim());
        return [id!, named.length === all.length ? named[n]! : names!.trim()] as const;
      }),
    ),
  );
};

describe('events that administrators search for', () => {
  it('have ids of their own, each in the manual, and the manual knows no others', () => {
    const ids = Object.values(events).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...documented().keys()].sort()).toEqual([...ids].sort());
  });

  it('are called there as in the log', () => {
    const manual = documented();
    for (const [name, { id }] of Object.entries(events)) expect([id, manual.get(id)]).toEqual([id, name]);
  });
});
