import type pg from 'pg';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { AgentReports } from '#libs/runtime/agent-reports';
import { systemClock } from '#libs/runtime/clock';
import { OpenSlots } from '#libs/runtime/open-slots';
import { openPool } from '#libs/runtime/postgres';
import { RateLimiter } from '#libs/runtime/rate-limiter';
import { ReportLags } from '#libs/runtime/report-lags';
import { SentMessages } from '#libs/runtime/sent-messages';
import { SharedClock } from '#libs/runtime/shared-clock';
import { SignInAsks } from '#libs/runtime/sign-in-asks';
import { UsedKeys } from '#libs/runtime/used-keys';
import { createTestDatabase } from '../../support/database';

const openers: ((pool: pg.Pool) => Promise<unknown>)[] = [
  (pool) => RateLimiter.open(pool, systemClock),
  (pool) => OpenSlots.open(pool, systemClock),
  (pool) => UsedKeys.open(pool, systemClock),
  (pool) => AgentPolls.open(pool, systemClock),
  (pool) => AgentReports.open(pool, systemClock),
  (pool) => ReportLags.open(pool),
  (pool) => SignInAsks.open(pool, Buffer.alloc(32)),
  (pool) => SharedClock.open(pool),
  (pool) => SentMessages.migrate(pool),
];

describe('the tables of a new installation', () => {
  it('are created by all of its parts and processes at once, and again by those that start later', async () => {
    for (let round = 0; round < 5; round++) {
      const database = await createTestDatabase();
      const processes = [openPool(database.url), openPool(database.url)];
      try {
        for (let start = 0; start < 2; start++) {
          await Promise.all(processes.flatMap((pool) => openers.map((open) => open(pool))));
        }
        const { rows } = await processes[0]!.query(`SELECT FROM pg_tables WHERE schemaname = 'runtime'`);
        expect(rows).toHaveLength(openers.length);
      } finally {
        await Promise.all(processes.map((pool) => pool.end()));
        await database.drop();
      }
    }
  }, 60_000);
});
