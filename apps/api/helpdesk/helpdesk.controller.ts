import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/commands/caller';
import { ConfirmWord, type VerifiedCaller } from '#libs/commands/helpdesk/confirm-word';
import { FindUser, ShowUser } from '#libs/commands/helpdesk/find-user';
import type { HelpdeskUser } from '#libs/commands/helpdesk/helpdesk-users';
import { IssuePass } from '#libs/commands/helpdesk/issue-pass';
import { LiftBlocksInCase } from '#libs/commands/helpdesk/lift-blocks';
import { LiftNotMe } from '#libs/commands/helpdesk/lift-not-me';
import { OpenCase, type OpenedCase } from '#libs/commands/helpdesk/open-case';
import { SendWord, type SentAway } from '#libs/commands/helpdesk/send-word';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { RuleViolation } from '#libs/domain/decider';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';
import { ContactChoiceBody, FindUserBody, LiftBlocksBody, WordBody } from './helpdesk.dto.js';

/** Helping somebody of one's own organisation, who stands below oneself. */
@ApiTags('helpdesk')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Roles('helpdesk', 'authentication-administrator', 'global-administrator')
@Controller('api/v1/helpdesk/users')
export class HelpdeskController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** A POST, so that no name stands in an address. */
  @Post('search')
  @HttpCode(200)
  find(@Body() { username, supportCode }: FindUserBody, @Who() who: Authenticated): Promise<HelpdeskUser> {
    if (username !== undefined && supportCode === undefined)
      return this.queries.execute(new FindUser({ username }, who));
    if (username !== undefined || supportCode === undefined) {
      throw new RuleViolation('invalid-request', { field: 'username' });
    }
    return this.queries.execute(new FindUser({ supportCode }, who));
  }

  @Get(':accountId')
  show(@Param('accountId', ParseUUIDPipe) accountId: string, @Who() who: Authenticated): Promise<HelpdeskUser> {
    return this.queries.execute(new ShowUser(accountId, who));
  }

  @Post(':accountId/cases')
  open(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<OpenedCase> {
    return this.commands.execute(new OpenCase(accountId, who, caller));
  }

  /** Sends two words to the caller, who reads them out. */
  @Post(':accountId/cases/:caseId/word')
  @HttpCode(202)
  word(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Param('caseId', ParseUUIDPipe) caseId: string,
    @Body() { methodId }: ContactChoiceBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<SentAway> {
    return this.commands.execute(new SendWord(accountId, caseId, methodId, who, caller));
  }

  @Post(':accountId/cases/:caseId/word/answer')
  @HttpCode(200)
  answer(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Param('caseId', ParseUUIDPipe) caseId: string,
    @Body() { word }: WordBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<VerifiedCaller> {
    return this.commands.execute(new ConfirmWord(accountId, caseId, word, who, caller));
  }

  /** Sends a temporary access pass to the caller; no answer of ours ever shows it. */
  @Post(':accountId/cases/:caseId/pass')
  @HttpCode(202)
  pass(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Param('caseId', ParseUUIDPipe) caseId: string,
    @Body() { methodId }: ContactChoiceBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<SentAway> {
    return this.commands.execute(new IssuePass(accountId, caseId, methodId, who, caller));
  }

  /** Tries that failed are forgotten, at recovery and at signing in. */
  @Post(':accountId/cases/:caseId/lift-blocks')
  @HttpCode(204)
  liftBlocks(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Param('caseId', ParseUUIDPipe) caseId: string,
    @Body() { reason }: LiftBlocksBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    return this.commands.execute(new LiftBlocksInCase(accountId, caseId, reason, who, caller));
  }

  @Post(':accountId/lift-not-me')
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
