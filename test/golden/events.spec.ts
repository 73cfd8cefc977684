import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { account } from '#libs/domain/account/account';
import type { AccountEvent } from '#libs/domain/account/account.events';
import { eventTypes, isKnownType } from '#libs/domain/events';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryEvent } from '#libs/domain/recovery/recovery.events';
import { statusOf } from '#libs/domain/recovery/recovery.status';
import { whatHappened } from '#libs/commands/operations/what-happened';
import { models } from '#libs/readmodels/models';
import type { LoggedEvent } from '#libs/readmodels/projected-event';
import { recoveryStatus } from '#libs/readmodels/recovery-status';
import { rowsFrom } from '#libs/readmodels/testing';

/**
 * Events exactly as they were stored; the files are only ever added to. Each folder tells a story of its own, on streams of
 * its own, with the checksums of the rows it gives in `rows.json`. A shape that changes gets a new file and an upcaster.
 */
const folder = join(process.cwd(), 'fixtures/events');
const stories = readdirSync(folder);

interface Golden {
  /** place in the story that all files tell together */
  readonly order: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: object;
  readonly metadata: LoggedEvent['metadata'];
}

const read = <T>(...path: readonly string[]): T => JSON.parse(readFileSync(join(folder, ...path), 'utf8')) as T;

const told = (story: string): readonly Golden[] =>
  readdirSync(join(folder, story))
    .filter((file) => file !== 'rows.json')
    .flatMap((file) => read<Golden[]>(story, file))
    .sort((a, b) => a.order - b.order);

const golden = stories.flatMap(told);
const first = told('v1');

const logged = (events: readonly Golden[]): LoggedEvent[] =>
  events.map(({ order, revision, ...event }) => ({
    ...event,
    revision: BigInt(revision),
    position: BigInt(order),
    recordedAt: new Date(Date.parse('2026-03-01T08:00:00.000Z') + order),
  }));

/** Sorted keys, so that only meaning counts. */
const checksum = (value: unknown): string =>
  createHash('sha256')
    .update(
      JSON.stringify(value, (_, part: unknown) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
          : part,
      ),
    )
    .digest('hex')
    .slice(0, 16);

describe('golden history', () => {
  it.each(eventTypes)('holds %s as it was stored', (type) => {
    const ofType = golden.filter((event) => event.type === type);
    expect(ofType.length).toBeGreaterThan(0);
  });

  it('is known to this release from end to end', () => {
    for (const { type, data } of golden) {
      expect(isKnownType(type)).toBe(true);
      expect(whatHappened(type as never, data as never)).not.toMatch(/undefined|\[object/);
    }
  });

  it('tells each stream without a gap', () => {
    const next = new Map<string, number>();
    for (const { stream, revision } of golden) {
      expect([stream, revision]).toEqual([stream, next.get(stream) ?? 0]);
      next.set(stream, revision + 1);
    }
  });

  it.each(stories)('gives the rows it always gave: %s', (story) => {
    const rows = models.map((model) => [model.table, rowsFrom(model, ...logged(told(story)))] as const);
    const given = rows.filter(([, found]) => found.length > 0).map(([table, found]) => [table, checksum(found)]);
    const file = join(folder, story, 'rows.json');
    // For a new story or a new version of a model, after looking at what changed.
    if (process.env.KEYTURN_TEST_WRITE_ROWS) writeFileSync(file, `${JSON.stringify(Object.fromEntries(given), null, 2)}\n`);
    expect(Object.fromEntries(given)).toEqual(read(story, 'rows.json'));
  });

  it('folds to states that agree with the rows', () => {
    const rows = rowsFrom(recoveryStatus, ...logged(first));
    expect(rows).toHaveLength(8);
    for (const { recovery_id, status, started_at, closed_at } of rows) {
      const events = first.filter(({ stream }) => stream === `recovery-${recovery_id}`) as unknown as RecoveryEvent[];
      const state = events.reduce(recovery.evolve, recovery.initial);
      expect([recovery_id, statusOf(state, closed_at ?? started_at)]).toEqual([recovery_id, status]);
    }
  });

  it('folds an account alike from all its events and from its summary', () => {
    const events = first.filter(({ stream }) => stream.startsWith('account-')) as unknown as AccountEvent[];
    const last = events.findIndex(({ type }) => type === 'AccountSummarised');
    const { proofs, ...state } = events.slice(0, last).reduce(account.evolve, account.initial);
    const { proofs: summarised, ...summary } = account.evolve(account.initial, events[last]!);
    expect(summary.credential).toEqual(state.credential);
    expect(summary.methods).toEqual(state.methods);
    expect(summary.usedSteps).toEqual(state.usedSteps);
    expect([summary.epoch, summarised]).toEqual([state.epoch, proofs]);
  });
});
