import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'bullmq';

/** Milliseconds before it asks again for a job when asking failed. */
const againMs = 500;

/**
 * BullMQ 6.7 waits before it asks again only where it takes an error for a closed connection. After any other (a pool that
 * has ended, say) it asks at once, for ever, and never gives the process its turn: nothing else runs, and memory fills with
 * errors. This one always waits.
 */
export class PatientWorker extends Worker {
  protected override async moveToActive(...asked: Parameters<Worker['moveToActive']>) {
    try {
      return await super.moveToActive(...asked);
    } catch (error) {
      await pause(againMs);
      throw error;
    }
  }
}
