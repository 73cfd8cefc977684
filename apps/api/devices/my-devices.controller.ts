import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/commands/caller';
import { ListDevices } from '#libs/commands/devices/list-devices';
import { OfferPairing } from '#libs/commands/devices/offer-pairing';
import { RemoveDevice } from '#libs/commands/devices/remove-device';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { RuleViolation } from '#libs/domain/decider';
import { isBefore, minutes, plus } from '#libs/domain/time';
import { Clock } from '#libs/runtime/clock';
import { From } from '../caller.decorator.js';
import { AlsoWhen, SessionGuard, Who } from '../sessions/session.guard.js';
import { PublicUrl } from './public-url.js';

/** Minutes a session may be old when devices are changed with it. */
const fresh = minutes(10);

/** The devices of whoever is signed in. */
@ApiTags('devices')
@UseGuards(SessionGuard)
@AlsoWhen('register-methods')
@Controller('api/v1/me/devices')
export class MyDevicesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly publicUrl: PublicUrl,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@Who() { account }: Authenticated) {
    return { devices: await this.queries.execute(new ListDevices(account)) };
  }

  /** The code stands in the fragment of `pairingUrl`, which no server sees; drawn as a QR code it pairs by camera. */
  @Post()
  async offer(@Who() who: Authenticated, @From() caller: Caller) {
    this.#refuseOld(who);
    const offered = await this.commands.execute(new OfferPairing(who, caller));
    return { ...offered, pairingUrl: `${this.publicUrl.origin}/device#pair=${offered.pairingCode}` };
  }

  @Delete(':deviceId')
  @HttpCode(204)
  async remove(@Who() who: Authenticated, @Param('deviceId', ParseUUIDPipe) deviceId: string): Promise<void> {
    this.#refuseOld(who);
    await this.commands.execute(new RemoveDevice(who.accountId, deviceId, 'user'));
  }

  /** A session left open somewhere is no reason to let somebody change how its owner is recognised. */
  #refuseOld({ startedAt }: Authenticated): void {
    if (!isBefore(this.clock.now().toISOString(), plus(startedAt, fresh))) throw new RuleViolation('session-too-old');
  }
}
