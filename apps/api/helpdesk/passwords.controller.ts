import { Controller, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/commands/caller';
import { RequirePasswordChange } from '#libs/commands/helpdesk/require-password-change';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';

/** What an administrator demands of somebody's password; they neither choose nor see it. */
@ApiTags('helpdesk')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Roles('authentication-administrator', 'global-administrator')
@Controller('api/v1/helpdesk/users/:accountId')
export class HelpdeskPasswordsController {
  constructor(private readonly commands: CommandBus) {}

  /** The next sign-in answers `next: "change-password"`; sessions that are open go on. */
  @Post('require-password-change')
  @HttpCode(204)
  require(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    return this.commands.execute(new RequirePasswordChange(accountId, who, caller));
  }
}
