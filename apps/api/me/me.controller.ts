import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Query, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import type { Caller } from '#libs/commands/caller';
import { ReadActivity, type ActivityPage } from '#libs/commands/me/activity';
import { EndSession } from '#libs/commands/me/end-session';
import { ListSessions, type SessionView } from '#libs/commands/me/list-sessions';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { From } from '../caller.decorator.js';
import { activityPage, ownSessions } from '../openapi/account.js';
import { Answers, Refuses } from '../openapi/answers.js';
import { SessionGuard, Who } from '../sessions/session.guard.js';

class ActivityQuery {
  @ApiPropertyOptional({ description: 'the `next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,19}$/)
  cursor?: string;

  @ApiPropertyOptional({ description: '1 to 100', default: 20 })
  @IsOptional()
  @Matches(/^([1-9]\d?|100)$/)
  limit?: string;
}

/** What people see and do about their own account. */
@ApiTags('own account')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Controller('api/v1/me')
export class MeController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('sessions')
  @Answers(200, ownSessions)
  @Refuses('session-invalid', 'session-limited', 'unavailable')
  async sessions(@Who() who: Authenticated): Promise<{ items: readonly SessionView[] }> {
    return { items: await this.queries.execute(new ListSessions(who)) };
  }

  /** Ends all sessions but the one that asks. */
  @Delete('sessions')
  @HttpCode(204)
  endOthers(@Who() who: Authenticated, @From() caller: Caller): Promise<void> {
    return this.commands.execute(new EndSession(who, 'all-others', caller));
  }

  @Delete('sessions/:sessionId')
  @HttpCode(204)
  end(
    @Param('sessionId', ParseUUIDPipe) sessionId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    return this.commands.execute(new EndSession(who, sessionId, caller));
  }

  @Get('activity')
  @Answers(200, activityPage)
  @Refuses('invalid-request', 'session-invalid', 'session-limited', 'unavailable')
  activity(@Who() who: Authenticated, @Query() { cursor, limit }: ActivityQuery): Promise<ActivityPage> {
    return this.queries.execute(new ReadActivity(who, Number(limit ?? 20), cursor));
  }
}
