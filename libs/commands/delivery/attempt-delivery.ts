import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { notice } from '#libs/domain/delivery/notice';
import { wantedUntil } from '#libs/domain/account/notices';
import type { DataOf } from '#libs/domain/events';
import type { DeliveryJob, Job } from '#libs/domain/jobs';
import type { Channel } from '#libs/domain/methods';
import { recovery } from '#libs/domain/recovery/recovery';
import type { Challenge, RecoveryState } from '#libs/domain/recovery/recovery.state';
import { plus, type Instant } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { attemptContext, challengeAskedBy, noticeRequest } from './delivery-context.js';

/** A try that has begun: nobody else tries until `leaseUntil`. */
export type Attempted = {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly leaseUntil: Instant;
  /** Whose command began it; its outcome is recorded under the same cause. */
  readonly context: CommandContext;
} & Letter;

/** What is to be carried, and all that says how. */
export type Letter =
  | { readonly kind: 'challenge'; readonly recovery: RecoveryState; readonly challenge: Challenge }
  | { readonly kind: 'notice'; readonly request: DataOf<'NoticeRequested'>; readonly revision: number };

/** Asks the stream whether a delivery is still wanted, and if so begins a try; undefined when it is not. */
export class AttemptDelivery extends Command<Attempted | undefined> {
  /**
   * @param jobId the id of the event that asked, or one made when the job was lost
   * @param leaseMs milliseconds; longer than the provider may take
   */
  constructor(
    readonly job: DeliveryJob,
    readonly jobId: string,
    readonly leaseMs: number,
  ) {
    super();
  }
}

@CommandHandler(AttemptDelivery)
export class AttemptDeliveryHandler implements ICommandHandler<AttemptDelivery> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  execute({ job, jobId, leaseMs }: AttemptDelivery): Promise<Attempted | undefined> {
    return job.name === 'deliver-challenge'
      ? this.#challenge(job.data, job.queue, jobId, leaseMs)
      : this.#notice(job.data, job.queue, leaseMs);
  }

  async #challenge(
    data: JobData<'deliver-challenge'>,
    channel: Channel,
    jobId: string,
    leaseMs: number,
  ): Promise<Attempted | undefined> {
    const { recoveryId, deliveryId } = data;
    const context = attemptContext(channel, recoveryId, await challengeAskedBy(this.store, data, jobId));
    const command = { type: 'AttemptDelivery', data: this.#lease(deliveryId, leaseMs) } as const;
    const { state, events } = await execute(this.store, recovery, recoveryId, command, context);
    const begun = events.find((event) => event.type === 'DeliveryAttempted');
    if (!begun || !state.challenge) return undefined;
    const { attempt, leaseUntil } = begun.data;
    return { kind: 'challenge', deliveryId, attempt, leaseUntil, context, recovery: state, challenge: state.challenge };
  }

  async #notice(data: JobData<'deliver-notice'>, channel: Channel, leaseMs: number): Promise<Attempted | undefined> {
    const { revision, deliveryId } = data;
    const { id, data: request, metadata } = await noticeRequest(this.store, data);
    const context = attemptContext(channel, metadata.correlationId, id);
    const lease = { ...this.#lease(deliveryId, leaseMs), expiresAt: wantedUntil(request) };
    const command = { type: 'AttemptDelivery', data: lease } as const;
    const { events } = await execute(this.store, notice, deliveryId, command, context);
    const begun = events.find((event) => event.type === 'DeliveryAttempted');
    if (!begun) return undefined;
    const { attempt, leaseUntil } = begun.data;
    return { kind: 'notice', deliveryId, attempt, leaseUntil, context, request, revision };
  }

  #lease(deliveryId: string, leaseMs: number) {
    const now = this.clock.now().toISOString();
    return { deliveryId, leaseUntil: plus(now, leaseMs), now };
  }
}

type JobData<Name extends Job['name']> = Extract<Job, { name: Name }>['data'];
