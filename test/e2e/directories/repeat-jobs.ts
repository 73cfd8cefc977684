import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openQueues } from '#libs/runtime/queues';
import type { Job } from '#libs/domain/jobs';
import { eventually } from '../../support/journey';
import type { Product } from '../../support/product';
import type { StoredEvent } from '../../support/stored-events';
import type { Organisation } from './organisation';

/** Puts the jobs of these requests into the queue once more, under new ids, and waits until the worker is through with them. */
export async function repeatJobs(
  { product, redis }: Organisation,
  requests: readonly StoredEvent[],
): Promise<{ failed: number }> {
  const queues = await openQueues<Job>({
    redisUrl: redis?.url,
    databaseUrl: await databaseOf(product),
    refusal: () => undefined,
  });
  try {
    const queue = queues.queue('writeback');
    const before = await queue.counts();
    await queue.add(
      requests.map(({ data: { accountId, writebackId }, revision }) => ({
        id: randomUUID(),
        job: {
          queue: 'writeback',
          name: 'offer-writeback',
          data: { accountId, writebackId, revision: Number(revision) },
        },
      })),
    );
    return await eventually(async () => {
      const { waiting, active, delayed, failed } = await queue.counts();
      return waiting + active + delayed === 0 && { failed: failed - before.failed };
    });
  } finally {
    await queues.close();
  }
}

/** The embedded PostgreSQL of a running product, as its own lock file names it. */
async function databaseOf({ dataDir }: Product): Promise<string> {
  const [, , , port] = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n');
  return `postgres://postgres:keyturn@127.0.0.1:${port}/postgres`;
}
