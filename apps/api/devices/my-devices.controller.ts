import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/commands/caller';
import { ListDevices } from '#libs/commands/devices/list-devices';
import { OfferPairing } from '#libs/commands/devices/offer-pairing';
import { RemoveDevice } from '#libs/commands/devices/remove-device';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { From } from '../caller.decorator.js';
import { qrOf } from '../me/qr.js';
import { AlsoWhen, SessionGuard, Who } from '../sessions/session.guard.js';
import { StepUpGuard } from '../sessions/step-up.guard.js';
import { PublicUrl } from './public-url.js';

/** The devices of whoever is signed in. */
@ApiTags('devices')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@AlsoWhen('register-methods')
@Controller('api/v1/me/devices')
export class MyDevicesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get()
  async list(@Who() { account }: Authenticated) {
    return { devices: await this.queries.execute(new ListDevices(account)) };
  }

  /** The code stands in the fragment of `pairingUrl`, which no server sees; drawn as a QR code it pairs by camera. */
  @Post()
  @UseGuards(StepUpGuard)
  async offer(@Who() who: Authenticated, @From() caller: Caller) {
    const offered = await this.commands.execute(new OfferPairing(who, caller));
    const pairingUrl = `${this.publicUrl.origin}/device#pair=${offered.pairingCode}`;
    return { ...offered, pairingUrl, qr: qrOf(pairingUrl) };
  }

  @Delete(':deviceId')
  @HttpCode(204)
  @UseGuards(StepUpGuard)
  async remove(@Who() who: Authenticated, @Param('deviceId', ParseUUIDPipe) deviceId: string): Promise<void> {
    await this.commands.execute(new RemoveDevice(who.accountId, deviceId, 'user'));
  }
}
