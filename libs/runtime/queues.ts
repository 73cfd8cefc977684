import { setTimeout } from 'node:timers/promises';
import { Queue, UnrecoverableError, type Job, type JobsOptions } from 'bullmq';
import { PatientWorker } from './patient-worker.js';
import type { QueueBackend } from './queue-backend.js';
import { openPostgresBackend } from './queue-backend-postgres.js';
import { openRedisBackend } from './queue-backend-redis.js';

/** Work as a queue carries it. */
export interface QueuedJob {
  readonly queue: string;
  readonly name: string;
  readonly data: object;
}

export interface QueueSettings {
  /** Milliseconds a worker that fell silent keeps its job. */
  lockMs: number;
  /** Milliseconds between two looks for such jobs. */
  stalledCheckMs: number;
  /** Milliseconds after which a Redis command is given up. */
  commandTimeoutMs: number;
  /** Seconds a worker waits for a job before it looks by itself. */
  pollSeconds: number;
  /** Tries of a job whose processor throws, and the milliseconds before the second; doubled for each further one. */
  attempts: number;
  backOffMs: number;
}

export interface QueuesOptions<J extends QueuedJob> {
  /** Redis when given, the PostgreSQL of `databaseUrl` otherwise. */
  redisUrl?: string | undefined;
  databaseUrl: string;
  /** Why something is no job of ours, naming no values; asked before a job is added and again when it is taken. */
  refusal: (job: QueuedJob) => string | undefined;
  settings?: Partial<QueueSettings>;
  /** Trouble with the store; jobs go on when it is back. */
  onError?: (error: Error) => void;
  /** A job ended for good without being done. */
  onFailed?: (queue: J['queue'], name: string, reason: string) => void;
}

export interface Queues<J extends QueuedJob> {
  readonly backend: QueueBackend['kind'];
  queue(name: J['queue']): JobQueue<J>;
  /** Takes jobs until it is closed. What the processor throws is tried again, then the job counts as failed. */
  worker(name: J['queue'], processor: Processor<J>, options?: { concurrency?: number }): JobWorker;
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface JobQueue<J extends QueuedJob> {
  /**
   * Adds jobs, in no order. An id that the queue still holds, in whatever state, is silently not added again; so when
   * this throws, adding all of them again is right.
   * @throws JobRefused before any is added
   */
  add(jobs: readonly { readonly id: string; readonly job: J }[]): Promise<void>;
  counts(): Promise<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>;
}

/** `id` is the one it was added under. */
export type Processor<J extends QueuedJob> = (job: J, id: string) => Promise<void>;

export interface JobWorker {
  /** Waits for the jobs under way, not for a store that is gone. */
  close(): Promise<void>;
}

/** Somebody put something into a queue that does not belong there. */
export class JobRefused extends Error {
  override readonly name = 'JobRefused';
}

export const queueDefaults: QueueSettings = {
  lockMs: 30_000,
  stalledCheckMs: 30_000,
  commandTimeoutMs: 2_000,
  pollSeconds: 5,
  attempts: 3,
  backOffMs: 500,
};

/** @throws with a sentence when the store is not fit to hold jobs or does not answer */
export async function openQueues<J extends QueuedJob>(options: QueuesOptions<J>): Promise<Queues<J>> {
  const { refusal, onError = () => {}, onFailed = () => {} } = options;
  const settings = { ...queueDefaults, ...options.settings };
  const backend = await openBackend(options, settings, onError);
  const base = { connection: backend.connection as never };
  const queues = new Map<string, Queue>();
  const workers = new Set<() => Promise<void>>();

  function bullQueue(name: string): Queue {
    const known = queues.get(name);
    if (known) return known;
    const queue = new Queue(name, { ...base, streams: { events: { maxLen: 100 } } }, backend.factory as never);
    queue.on('error', onError);
    queues.set(name, queue);
    return queue;
  }

  function queue(name: J['queue']): JobQueue<J> {
    return {
      async add(jobs) {
        for (const { job } of jobs) refuse(job, name, refusal);
        const entries = jobs.map(({ id, job }) => entry(id, job, settings));
        await Promise.all(entries.map(({ name: jobName, data, opts }) => bullQueue(name).add(jobName, data, opts)));
      },
      async counts() {
        const counts = await bullQueue(name).getJobCounts('waiting', 'active', 'delayed', 'failed');
        const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
        return { waiting, active, delayed, failed };
      },
    };
  }

  function worker(name: J['queue'], processor: Processor<J>, { concurrency = 16 } = {}): JobWorker {
    const running = new Set<Promise<void>>();
    const worker = new PatientWorker(
      name,
      async (taken: Job) => {
        const job = { queue: name, name: taken.name, data: taken.data as object };
        const reason = refusal(job);
        if (reason) throw new UnrecoverableError(`job refused: ${reason}`);
        const processing = processor(job as J, taken.id!).catch((error: unknown) => {
          throw new Error(reasonOf(error));
        });
        running.add(processing);
        await processing.finally(() => running.delete(processing));
      },
      {
        ...base,
        concurrency,
        lockDuration: settings.lockMs,
        stalledInterval: settings.stalledCheckMs,
        drainDelay: settings.pollSeconds,
        removeOnFail: keepFailed,
        // the default of 15 s leaves a claimed job lying while its worker waits to fetch again
        runRetryDelay: 500,
      },
      backend.factory as never,
    );
    worker.on('error', onError);
    worker.on('failed', (job, { message }) => {
      if (!job || job.finishedOn || job.attemptsMade >= settings.attempts)
        onFailed(name, job?.name ?? 'unknown', message);
    });
    const end = async (): Promise<void> => {
      const gone = await backend.ready().then(
        () => false,
        () => true,
      );
      if (gone) await Promise.allSettled(running);
      // BullMQ's orderly end waits for a store that is gone for ever.
      await soon(worker.close(gone), () => Promise.allSettled(running));
    };
    workers.add(end);
    return {
      close: async () => {
        await end();
        workers.delete(end);
      },
    };
  }

  /** Waits for what must end, and for the store to hear of it only a little: it may be gone. */
  async function soon(
    ending: Promise<unknown>,
    first: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    ending.catch(onError);
    await Promise.race([ending, first().then(() => setTimeout(settings.commandTimeoutMs, undefined, { ref: false }))]);
  }

  async function close(): Promise<void> {
    await Promise.all([...workers].map((end) => end()));
    await soon(Promise.all([...queues.values()].map((queue) => queue.close())));
    await backend.close();
  }

  let closing: Promise<void> | undefined;
  return { backend: backend.kind, queue, worker, ready: () => backend.ready(), close: () => (closing ??= close()) };
}

/** For whoever looks why; age in seconds. */
const keepFailed = { age: 7 * 86_400, count: 1_000 };

function openBackend(
  { redisUrl, databaseUrl }: QueuesOptions<never>,
  { commandTimeoutMs }: QueueSettings,
  onError: (error: Error) => void,
): Promise<QueueBackend> {
  if (redisUrl) return openRedisBackend({ redisUrl, commandTimeoutMs, onError });
  return openPostgresBackend({ databaseUrl, connections: 6, onError });
}

function refuse(job: QueuedJob, queue: string, refusal: (job: QueuedJob) => string | undefined): void {
  const reason = job.queue === queue ? refusal(job) : `it belongs into the queue ${job.queue}`;
  if (reason) throw new JobRefused(`job refused: ${reason}`);
}

function entry(id: string, { name, data }: QueuedJob, { attempts, backOffMs }: QueueSettings) {
  const opts: JobsOptions = {
    jobId: id,
    attempts,
    backoff: { type: 'exponential', delay: backOffMs },
    // A queue is no archive: what happened stands in the streams, and they know what is done already.
    removeOnComplete: true,
    // traces and foreign messages may quote values
    stackTraceLimit: 0,
    sizeLimit: 1_024,
  };
  return { name, data, opts };
}

/** Kept with the failed job, where anybody who runs the queue can read it: kinds of errors, not their words. */
function reasonOf(error: unknown): string {
  const { name = 'Error', code } = (error ?? {}) as { name?: string; code?: unknown };
  return typeof code === 'string' ? `${name} (${code})` : name;
}
