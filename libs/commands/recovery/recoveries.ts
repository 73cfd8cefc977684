import { Injectable } from '@nestjs/common';
import { RuleViolation } from '#libs/domain/decider';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryCommand } from '#libs/domain/recovery/recovery.commands';
import type { RecoveryEvent } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext, type Executed } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';

/** One request about one recovery: its state as it was read, and the identity of the command. */
export interface RecoveryRequest {
  readonly recoveryId: string;
  readonly state: RecoveryState;
  readonly context: CommandContext;
  /** This command was carried out before: what it appended then, or null. */
  readonly earlier: readonly RecoveryEvent[] | null;
}

/** How commands reach a recovery's stream, and how a refused one is remembered there. */
@Injectable()
export class Recoveries {
  constructor(
    private readonly store: EventStore,
    private readonly contexts: Contexts,
    private readonly tenants: Tenants,
    private readonly clock: Clock,
  ) {}

  async load(recoveryId: string): Promise<RecoveryState> {
    return (await load(this.store, recovery, recoveryId)).state;
  }

  async execute(
    { recoveryId, context }: RecoveryRequest,
    command: RecoveryCommand,
    name?: string,
  ): Promise<Executed<RecoveryState, RecoveryEvent>> {
    return execute(this.store, recovery, recoveryId, command, name ? step(context, name) : context);
  }

  /**
   * Runs a command of the person at the portal. A repeated command is answered as it was; an unlawful one is refused and,
   * while the recovery is live, remembered as an event.
   * @param run gets the request; `request.earlier` tells it what it already did
   */
  async command<T>(
    recoveryId: string,
    route: string,
    caller: Caller,
    run: (request: RecoveryRequest) => Promise<T>,
  ): Promise<T> {
    const request = await this.#request(recoveryId, route, caller);
    const refused = request.earlier?.find((event) => event.type === 'CommandRefused');
    if (refused?.type === 'CommandRefused')
      throw await this.#explained(refused.data.code, refused.data.details, request);
    try {
      return await run(request);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      await this.#remember(request, route, error);
      throw await this.#explained(error.code, error.details, request);
    }
  }

  async #request(recoveryId: string, route: string, caller: Caller): Promise<RecoveryRequest> {
    const { state, commands } = await load(this.store, recovery, recoveryId);
    if (state.phase === 'none') throw new RuleViolation('recovery-token-invalid');
    const { tenantId, policyVersion } = state;
    const actor = { kind: 'anonymous' } as const;
    const parts = { scope: recoveryId, route, caller, actor, tenantId, policyVersion, correlationId: recoveryId };
    const context = await this.contexts.of(parts);
    const trace = commands.get(context.commandId);
    if (!trace) return { recoveryId, state, context, earlier: null };
    // Only finds what was appended, and refuses another body under the same key.
    const { events } = await execute(this.store, recovery, recoveryId, nothing(this.clock), context);
    return { recoveryId, state, context, earlier: events };
  }

  /** Outcomes that are events of their own say all there is; the others become one, at most 20 of them. */
  async #remember(request: RecoveryRequest, command: string, { code, details }: RuleViolation): Promise<void> {
    if (ownEvents.has(code)) return;
    const now = this.clock.now().toISOString();
    const kept = typeof details.retryAfterMs === 'number' ? { retryAfterMs: details.retryAfterMs } : undefined;
    const data = { command, code, ...(kept && { details: kept }), now };
    await this.execute(request, { type: 'RefuseCommand', data }).catch(() => undefined);
  }

  /** What a blocked person needs to know: until when, and whom to ask. */
  async #explained(
    code: string,
    details: Record<string, unknown> = {},
    request: RecoveryRequest,
  ): Promise<RuleViolation> {
    if (code !== 'blocked' && code !== 'contact-administrator') return new RuleViolation(code, details);
    const { tenantId, supportCode } = request.state;
    const contact = tenantId ? (await this.tenants.byId(tenantId)).policy.helpdesk : null;
    const blockedUntil = details.until ?? details.blockedUntil;
    return new RuleViolation(code, { ...(blockedUntil ? { blockedUntil } : {}), contact, supportCode });
  }
}

/** Refusals whose cause already stands in the stream, or that are about the request and not the recovery. */
const ownEvents = new Set([
  'challenge-failed',
  'contact-mismatch',
  'blocked',
  'contact-administrator',
  'idempotency-key-reused',
  'invalid-request',
  'recovery-closed',
]);

const nothing = (clock: Clock): RecoveryCommand => ({
  type: 'ExpireRecovery',
  data: { now: new Date(Math.min(clock.now().getTime(), 0)).toISOString() },
});
