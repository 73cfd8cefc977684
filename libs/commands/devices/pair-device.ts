import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isPushService, type PushSubscription } from '#libs/channels/push/push-services';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { RuleViolation } from '#libs/domain/decider';
import { pairing } from '#libs/domain/pairing/pairing';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { changeNotices } from '../methods/change-notices.js';
import { step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';
import { canonicalKey, type PublicKey } from './public-key.js';

export interface NewDevice {
  readonly pairingCode: string;
  readonly publicKey: PublicKey;
  readonly name: string;
  readonly pushSubscription?: PushSubscription;
}

export interface PairedDevice {
  deviceId: string;
  organisation: string;
  /** Whose account it answers for now. */
  username: string;
  /** The server's time, by which requests are signed. */
  now: string;
}

/** A device with a pairing code becomes one of its account's. */
export class PairDevice extends Command<PairedDevice> {
  constructor(
    readonly wish: NewDevice,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(PairDevice)
export class PairDeviceHandler implements ICommandHandler<PairDevice> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly contexts: Contexts,
    private readonly tenants: Tenants,
    private readonly throttle: Throttle,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation pairing-invalid, too-many-devices, push-service-unknown, invalid-request, rate-limited */
  async execute({ wish, caller }: PairDevice): Promise<PairedDevice> {
    const { pairingCode, publicKey, pushSubscription } = wish;
    await this.throttle.source('pair-device', this.tokens.source(caller.address));
    const key = canonicalKey(publicKey);
    if (!key) throw new RuleViolation('invalid-request', { field: 'publicKey' });
    if (pushSubscription && !isPushService(pushSubscription.endpoint)) throw new RuleViolation('push-service-unknown');
    const deviceId = this.tokens.deviceIdOf(pairingCode);
    const { offer } = (await load(this.store, pairing, deviceId ?? 'none')).state;
    if (!deviceId || !offer) throw new RuleViolation('pairing-invalid');

    const { accountId, tenantId, epoch } = offer;
    const actor = { kind: 'device', id: deviceId } as const;
    const parts = { scope: deviceId, route: 'devices', caller, actor, tenantId, correlationId: deviceId };
    const context = await this.contexts.of(parts);
    // The code is taken first, so that of two devices one is paired; a repetition finds it taken by itself.
    const now = this.clock.now().toISOString();
    await execute(this.store, pairing, deviceId, { type: 'UsePairing', data: { now } }, step(context, 'use'));
    const sealed = await this.#seal(accountId, key, wish);
    const { organisation, policy } = await this.tenants.byId(tenantId);
    const { gatesRequired, limits } = policy;
    const registration = { gatesRequired, coolingOffHours: limits.coolingOffHours };
    const registers = { methods: [{ methodId: deviceId, method: 'app-notification' as const }] };
    const pair = (owner: AccountState): AccountCommand => ({
      type: 'PairDevice',
      data: {
        deviceId,
        ...sealed,
        epoch,
        registration,
        notices: changeNotices(owner, registers, context.commandId),
        now,
      },
    });
    const { state } = await execute(this.store, account, accountId, pair, context);
    const username = state.username && (await this.vault.read(state.username, 'account/username'));
    return { deviceId, organisation, username: username?.toString() ?? '', now };
  }

  async #seal(owner: string, key: string, { name, pushSubscription: push }: NewDevice) {
    const [keyRef, nameRef, pushRef] = await this.vault.sealAll([
      { owner, place: 'account/device-key', value: key },
      { owner, place: 'account/contact', value: name },
      ...(push ? [{ owner, place: 'account/device-push', value: JSON.stringify(push) }] : []),
    ]);
    return { key: keyRef!, name: nameRef!, ...(pushRef && { push: pushRef }) };
  }
}
