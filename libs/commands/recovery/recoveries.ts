import { Injectable } from '@nestjs/common';
import { RuleViolation } from '#libs/domain/decider';
import { afterglowMs, recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryCommand } from '#libs/domain/recovery/recovery.commands';
import type { RecoveryEvent } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { isBefore, plus } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, recall, type CommandContext, type Executed } from '#libs/eventstore/execute';
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
  readonly revision: bigint | 'no-stream';
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

  /** As long as its token opens it: until a day after it closed. @throws RuleViolation recovery-token-invalid */
  async opened(recoveryId: string): Promise<RecoveryState> {
    const state = await this.load(recoveryId);
    const now = this.clock.now().toISOString();
    const over = state.closedAt !== null && !isBefore(now, plus(state.closedAt, afterglowMs));
    if (state.phase === 'none' || over) throw new RuleViolation('recovery-token-invalid');
    return state;
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
    const request = await this.#request(recoveryId, route, caller, recall);
    try {
      return await this.#run(request, run);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      const fresh = await this.#request(recoveryId, route, caller, load);
      const outdated = fresh.revision !== request.revision && !ownEvents.has(error.code);
      // Another process had moved the recovery on: what was unlawful then may be lawful now.
      const violation = outdated ? await this.#run(fresh, run).then(accepted, refused) : { error };
      if ('answer' in violation) return violation.answer;
      throw await this.#refuse(fresh, route, violation.error);
    }
  }

  async #run<T>(request: RecoveryRequest, run: (request: RecoveryRequest) => Promise<T>): Promise<T> {
    const before = request.earlier?.find((event) => event.type === 'CommandRefused');
    if (before?.type === 'CommandRefused') throw new RuleViolation(before.data.code, before.data.details);
    return run(request);
  }

  async #refuse(request: RecoveryRequest, route: string, error: unknown): Promise<unknown> {
    if (!(error instanceof RuleViolation)) return error;
    if (!request.earlier) await this.#remember(request, route, error);
    return this.#explained(error.code, error.details, request);
  }

  async #request(recoveryId: string, route: string, caller: Caller, read: typeof load): Promise<RecoveryRequest> {
    const { state, commands, revision } = await read(this.store, recovery, recoveryId);
    if (state.phase === 'none') throw new RuleViolation('recovery-token-invalid');
    const { tenantId, policyVersion } = state;
    const actor = { kind: 'anonymous' } as const;
    const parts = { scope: recoveryId, route, caller, actor, tenantId, policyVersion, correlationId: recoveryId };
    const context = await this.contexts.of(parts);
    if (!commands.has(context.commandId)) return { recoveryId, state, context, revision, earlier: null };
    // Only finds what was appended, and refuses another body under the same key.
    const { events } = await execute(this.store, recovery, recoveryId, nothing, context);
    return { recoveryId, state, context, revision, earlier: events };
  }

  /** Outcomes that are events of their own say all there is; the others become one, at most 20 of them. */
  async #remember(request: RecoveryRequest, command: string, { code, details }: RuleViolation): Promise<void> {
    if (ownEvents.has(code)) return;
    const now = this.clock.now().toISOString();
    const kept = typeof details.retryAfterMs === 'number' ? { retryAfterMs: details.retryAfterMs } : undefined;
    const data = { command: command.replace(/[0-9a-f-]{36}/g, ':id'), code, ...(kept && { details: kept }), now };
    // What could not be done at the moment may be asked again by the same request.
    const name = code === 'unavailable' ? code : undefined;
    await this.execute(request, { type: 'RefuseCommand', data }, name).catch(() => undefined);
  }

  /** What somebody blocked or refused needs to know: until when or, once they proved something, why; and whom to ask. */
  async #explained(
    code: string,
    details: Record<string, unknown> = {},
    request: RecoveryRequest,
  ): Promise<RuleViolation> {
    if (code !== 'blocked' && code !== 'contact-administrator') return new RuleViolation(code, details);
    const { tenantId, supportCode } = request.state;
    const contact = tenantId ? (await this.tenants.byId(tenantId)).policy.helpdesk : null;
    const blockedUntil = details.until ?? details.blockedUntil;
    const { reason } = details;
    const why = { ...(blockedUntil ? { blockedUntil } : {}), ...(reason ? { reason } : {}) };
    return new RuleViolation(code, { ...why, contact, supportCode });
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

const accepted = <T>(answer: T) => ({ answer });
const refused = (error: unknown) => ({ error });

/** Never due, so it appends nothing. */
const nothing: RecoveryCommand = { type: 'ExpireRecovery', data: { now: new Date(0).toISOString() } };
