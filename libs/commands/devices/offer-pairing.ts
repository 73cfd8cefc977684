import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { devicesOf, mostDevices } from '#libs/domain/account/devices';
import { RuleViolation } from '#libs/domain/decider';
import { pairing, pairingLifetimeMs } from '#libs/domain/pairing/pairing';
import { plus } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';

export interface OfferedPairing {
  /** The id the device will have. */
  deviceId: string;
  pairingCode: string;
  expiresAt: string;
}

/** Lets whoever is signed in pair one device. The code is derived from the command and stored nowhere. */
export class OfferPairing extends Command<OfferedPairing> {
  constructor(
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(OfferPairing)
export class OfferPairingHandler implements ICommandHandler<OfferPairing> {
  constructor(
    private readonly store: EventStore,
    private readonly contexts: Contexts,
    private readonly throttle: Throttle,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation too-many-devices, rate-limited, idempotency-key-reused */
  async execute({ who, caller }: OfferPairing): Promise<OfferedPairing> {
    const { sessionId, accountId, account } = who;
    const { tenantId, epoch } = account;
    await this.throttle.source('offer-pairing', accountId);
    const actor = { kind: 'user', id: accountId } as const;
    const parts = { scope: sessionId, route: 'me/devices', caller, actor, tenantId, correlationId: sessionId };
    const context = await this.contexts.of(parts);
    const pairingCode = this.tokens.pairingCode(context.commandId);
    const deviceId = this.tokens.deviceIdOf(pairingCode)!;
    if (devicesOf(account).length >= mostDevices) throw new RuleViolation('too-many-devices');
    const now = this.clock.now().toISOString();
    const data = { deviceId, accountId, tenantId, epoch, expiresAt: plus(now, pairingLifetimeMs), now };
    const { state } = await execute(this.store, pairing, deviceId, { type: 'OfferPairing', data }, context);
    return { deviceId, pairingCode, expiresAt: state.offer?.expiresAt ?? data.expiresAt };
  }
}
