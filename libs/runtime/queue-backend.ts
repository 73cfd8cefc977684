import type { BackendFactory } from 'bullmq';

/** Where the jobs lie. One per process: queues and workers share its connections. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  /** What BullMQ takes as its `connection`. */
  readonly connection: object;
  /** Absent: BullMQ's own, which is Redis. */
  readonly factory?: BackendFactory;
  /** @throws when the store does not answer */
  ready(): Promise<void>;
  close(): Promise<void>;
}
