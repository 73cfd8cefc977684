import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Res,
  UseGuards,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/commands/caller';
import { AnswerApproval } from '#libs/commands/devices/answer-approval';
import type { AuthenticatedDevice } from '#libs/commands/devices/authenticate-device';
import { ListApprovals } from '#libs/commands/devices/list-approvals';
import { PairDevice } from '#libs/commands/devices/pair-device';
import { RemoveDevice } from '#libs/commands/devices/remove-device';
import { SubscribePush } from '#libs/commands/devices/subscribe-push';
import { From } from '../caller.decorator.js';
import { DeviceGuard, SignedBy } from './device.guard.js';
import { AnswerApprovalBody, PairDeviceBody, PushSubscriptionBody } from './devices.dto.js';
import { DeviceFeed } from './device-feed.js';
import { PushKey } from './push-key.js';

@ApiTags('devices')
@Controller('api/v1/devices')
export class PairingController {
  constructor(
    private readonly commands: CommandBus,
    private readonly pushKey: PushKey,
  ) {}

  /** Makes a device the account's that the pairing code was given to. Every later request is signed by its key. */
  @Post()
  pair(@Body() { pushSubscription: push, publicKey, ...body }: PairDeviceBody, @From() caller: Caller) {
    const { kty, crv, x, y } = publicKey;
    const subscription = push && { endpoint: push.endpoint, keys: { p256dh: push.keys.p256dh, auth: push.keys.auth } };
    const wish = { ...body, publicKey: { kty, crv, x, y }, ...(subscription && { pushSubscription: subscription }) };
    return this.commands.execute(new PairDevice(wish, caller));
  }

  /** The key with which browsers subscribe to push messages (VAPID, RFC 8292); null: open connections alone. */
  @Get('push-key')
  key(): { publicKey: string | null } {
    return { publicKey: this.pushKey.publicKey };
  }
}

@ApiTags('devices')
@ApiHeader({ name: 'Signature-Input', description: 'RFC 9421, see docs/devices.md', required: true })
@ApiHeader({ name: 'Signature', required: true })
@ApiHeader({ name: 'Content-Digest', description: 'RFC 9530, sha-256; where there is a body', required: false })
@UseGuards(DeviceGuard)
@Controller('api/v1/devices/:deviceId')
export class DevicesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly feed: DeviceFeed,
  ) {}

  @Get('approvals')
  async approvals(@SignedBy() by: AuthenticatedDevice) {
    const { streams: _, ...view } = await this.queries.execute(new ListApprovals(by.accountId, by.device.deviceId));
    return view;
  }

  /** Server-sent events, one `approvals` at once and one after every change. */
  @Get('events')
  events(@SignedBy() by: AuthenticatedDevice, @Res() reply: FastifyReply): Promise<void> {
    const { deviceId } = by.device;
    return this.feed.stream(deviceId, reply, () => this.queries.execute(new ListApprovals(by.accountId, deviceId)));
  }

  @Post('approvals/:approvalId')
  @HttpCode(200)
  async answer(
    @SignedBy() by: AuthenticatedDevice,
    @Param('approvalId', ParseUUIDPipe) approvalId: string,
    @Body() body: AnswerApprovalBody,
  ) {
    return { result: await this.commands.execute(new AnswerApproval(by, approvalId, body)) };
  }

  @Put('push-subscription')
  @HttpCode(204)
  async subscribe(@SignedBy() by: AuthenticatedDevice, @Body() { endpoint, keys }: PushSubscriptionBody) {
    const { p256dh, auth } = keys;
    await this.commands.execute(new SubscribePush(by, { endpoint, keys: { p256dh, auth } }));
  }

  @Delete('push-subscription')
  @HttpCode(204)
  async unsubscribe(@SignedBy() by: AuthenticatedDevice) {
    await this.commands.execute(new SubscribePush(by, null));
  }

  /** The device forgets the account. */
  @Delete()
  @HttpCode(204)
  async remove(@SignedBy() { accountId, device }: AuthenticatedDevice) {
    await this.commands.execute(new RemoveDevice(accountId, device.deviceId, 'device'));
  }
}
