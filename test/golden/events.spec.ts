import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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
 * Events exactly as each release stored them; the files are only ever added to. A shape that changes gets a file in the
 * folder of the release that stored it, and an upcaster.
 */
const folder = join(process.cwd(), 'fixtures/events');

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

const golden: readonly Golden[] = readdirSync(folder)
  .flatMap((release) => readdirSync(join(folder, release)).map((file) => join(folder, release, file)))
  .flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Golden[])
  .sort((a, b) => a.order - b.order);

const logged: readonly LoggedEvent[] = golden.map(({ order, revision, ...event }) => ({
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

  it('gives the rows it always gave', () => {
    const rows = Object.fromEntries(models.map((model) => [model.table, checksum(rowsFrom(model, ...logged))]));
    expect(rows).toEqual({
      audit_2: 'a74218ad0bd6675e',
      open_deeds_1: '838f5aedd227d5ef',
      recovery_status_1: '32ef04b402344c3c',
      tenants_1: '6d2a85941853f78f',
      users_1: '4e07bbcc7e121cae',
    });
  });

  it('folds to states that agree with the rows', () => {
    const rows = rowsFrom(recoveryStatus, ...logged);
    expect(rows).toHaveLength(8);
    for (const { recovery_id, status, started_at, closed_at } of rows) {
      const events = golden.filter(({ stream }) => stream === `recovery-${recovery_id}`) as unknown as RecoveryEvent[];
      const state = events.reduce(recovery.evolve, recovery.initial);
      expect([recovery_id, statusOf(state, closed_at ?? started_at)]).toEqual([recovery_id, status]);
    }
  });

  it('folds an account alike from all its events and from its summary', () => {
    const events = golden.filter(({ stream }) => stream.startsWith('account-')) as unknown as AccountEvent[];
    const last = events.findIndex(({ type }) => type === 'AccountSummarised');
    const { proofs, ...state } = events.slice(0, last).reduce(account.evolve, account.initial);
    const { proofs: summarised, ...summary } = account.evolve(account.initial, events[last]!);
    expect(summary.credential).toEqual(state.credential);
    expect(summary.methods).toEqual(state.methods);
    expect(summary.usedSteps).toEqual(state.usedSteps);
    expect([summary.epoch, summarised]).toEqual([state.epoch, proofs]);
  });
});
