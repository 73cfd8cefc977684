import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { deviceOf, pendingApprovals, type Approval } from '#libs/domain/account/devices';
import { RuleViolation } from '#libs/domain/decider';
import type { EventOf } from '#libs/domain/events';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryEvent, RecoveryReason } from '#libs/domain/recovery/recovery.events';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { Tenants } from '../tenants/tenants.js';
import { roughly, type RoughClient } from './rough-client.js';

export interface ApprovalView {
  approvalId: string;
  organisation: string;
  reason: RecoveryReason;
  askedAt: string;
  expiresAt: string;
  /** Who asks, as far as the request itself shows. */
  from?: RoughClient;
}

export interface ApprovalsView {
  /** The server's time, by which requests are signed. */
  now: string;
  approvals: ApprovalView[];
  /** Where changes of this list are written. */
  streams: readonly string[];
}

/** What waits for an answer of this device; never the number. */
export class ListApprovals extends Query<ApprovalsView> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
  ) {
    super();
  }
}

@QueryHandler(ListApprovals)
export class ListApprovalsHandler implements IQueryHandler<ListApprovals> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly tenants: Tenants,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation device-invalid once the device is removed */
  async execute({ accountId, deviceId }: ListApprovals): Promise<ApprovalsView> {
    const owner = (await load(this.store, account, accountId)).state;
    const now = this.clock.now().toISOString();
    if (!deviceOf(owner, deviceId) || owner.disabled) throw new RuleViolation('device-invalid', { now });
    const pending = pendingApprovals(owner, now);
    const { organisation } = await this.tenants.byId(owner.tenantId);
    const views = await Promise.all(pending.map((approval) => this.#view(approval, organisation)));
    return {
      now,
      approvals: views.filter((view) => view !== undefined),
      streams: [`account-${accountId}`, ...pending.map(({ recoveryId }) => `recovery-${recoveryId}`)],
    };
  }

  /** @returns undefined when its challenge was superseded, or its recovery has ended */
  async #view({ recoveryId, challengeId, at, expiresAt }: Approval, organisation: string) {
    const events = (await this.store.readStream(`recovery-${recoveryId}`)) as unknown as StoredEvent<RecoveryEvent>[];
    const { phase, challenge, reason } = events.reduce(recovery.evolve, recovery.initial);
    if (phase !== 'open' || challenge?.challengeId !== challengeId || challenge.passed || challenge.over)
      return undefined;
    const issued = events.find(
      (event): event is StoredEvent<EventOf<'ChallengeIssued'>> =>
        event.type === 'ChallengeIssued' && event.data.challengeId === challengeId,
    );
    const from = await this.#client(issued?.metadata.clientRef);
    return { approvalId: challengeId, organisation, reason, askedAt: at, expiresAt, ...(from && { from }) };
  }

  async #client(clientRef: string | undefined): Promise<RoughClient | undefined> {
    const [ref, sha256] = clientRef?.split(':') ?? [];
    if (!ref || !sha256) return undefined;
    const client = await this.vault.read({ ref, sha256 }, 'recovery/client');
    return client && roughly(JSON.parse(client.toString()) as { address: string; userAgent: string });
  }
}
