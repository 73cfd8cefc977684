import { Controller, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/commands/caller';
import { LiftNotMe } from '#libs/commands/helpdesk/lift-not-me';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';

/** Helping somebody of one's own organisation. */
@ApiTags('helpdesk')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Roles('helpdesk', 'authentication-administrator', 'global-administrator')
@Controller('api/v1/helpdesk/users/:accountId')
export class HelpdeskController {
  constructor(private readonly commands: CommandBus) {}

  @Post('lift-not-me')
  @HttpCode(204)
  @Roles('authentication-administrator', 'global-administrator')
  liftNotMe(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    return this.commands.execute(new LiftNotMe(accountId, who, caller));
  }
}
