import { Redis, type RedisOptions } from 'ioredis';
import type { QueueBackend } from './queue-backend.js';

interface Options {
  /** `redis://…` or, over TLS, `rediss://…` */
  redisUrl: string;
  /** Milliseconds after which a command is given up; without it one waits for ever on a line that swallows packets. */
  commandTimeoutMs: number;
  onError: (error: Error) => void;
}

/** @throws with a sentence when Redis may throw jobs away, or does not answer */
export async function openRedisBackend({ redisUrl, commandTimeoutMs, onError }: Options): Promise<QueueBackend> {
  let closed = false;
  const redis = new QueueRedis(redisUrl, {
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (closed ? null : Math.min(times * 50, 1_000)),
  });
  redis.on('error', onError);
  try {
    await refuseEvictingRedis(redis);
    await redis.introduce();
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  return {
    kind: 'redis',
    connection: redis,
    ready: async () => void (await redis.ping()),
    async close() {
      closed = true;
      redis.disconnectAll();
    },
  };
}

/** This Redis is not fit to hold jobs; the message says what to do. */
export class RedisRefused extends Error {
  override readonly name = 'RedisRefused';
}

/**
 * A Redis that evicts keys when memory runs short drops jobs without a word; any other policy than `noeviction` is
 * refused (BullMQ, "Going to production").
 */
export async function refuseEvictingRedis(redis: Pick<Redis, 'info'>): Promise<void> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
  if (policy === 'noeviction') return;
  throw new RedisRefused(
    `The Redis of REDIS_URL has maxmemory-policy ${policy ?? 'unknown'} and would drop jobs when memory runs short. ` +
      'Set it to noeviction (redis.conf: "maxmemory-policy noeviction") and start again.',
  );
}

/** Its duplicates are those BullMQ blocks on: they wait as long as asked, guarded by BullMQ's own watchdog. */
class QueueRedis extends Redis {
  readonly #duplicates: Redis[] = [];

  /**
   * Each of BullMQ's queues and workers asks once what server this is, and is of no use for ever when that goes unanswered. It
   * is asked here, before there are any.
   */
  async introduce(): Promise<void> {
    const ask = this.info.bind(this) as (...asked: unknown[]) => Promise<string>;
    const told = await ask();
    this.info = ((...asked) => (asked.length === 0 ? Promise.resolve(told) : ask(...asked))) as Redis['info'];
  }

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const { commandTimeout: _, ...options } = this.options as RedisOptions;
    const duplicate = new Redis({ ...options, ...override } as Omit<RedisOptions, 'replyMapping'>);
    this.#duplicates.push(duplicate);
    return duplicate;
  }

  disconnectAll(): void {
    for (const redis of [this, ...this.#duplicates]) redis.disconnect();
  }
}
