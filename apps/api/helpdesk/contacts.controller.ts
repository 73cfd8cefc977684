import { Body, Controller, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/commands/caller';
import { DecideProposal } from '#libs/commands/helpdesk/decide-proposal';
import { ProposeContact, type ProposedContact } from '#libs/commands/helpdesk/propose-contact';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';
import { ProposedContactBody } from './helpdesk.dto.js';

/** A new contact for somebody who can reach none of theirs: one administrator proposes, another approves. */
@ApiTags('helpdesk')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Roles('authentication-administrator', 'global-administrator')
@Controller('api/v1/helpdesk/users/:accountId')
export class HelpdeskContactsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('cases/:caseId/contacts')
  @HttpCode(202)
  propose(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Param('caseId', ParseUUIDPipe) caseId: string,
    @Body() body: ProposedContactBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<ProposedContact> {
    return this.commands.execute(new ProposeContact(accountId, caseId, body, who, caller));
  }

  @Post('proposals/:proposalId/approve')
  @HttpCode(204)
  approve(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Param('proposalId', ParseUUIDPipe) proposalId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    return this.commands.execute(new DecideProposal(accountId, proposalId, 'approve', who, caller));
  }

  @Post('proposals/:proposalId/reject')
  @HttpCode(204)
  reject(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Param('proposalId', ParseUUIDPipe) proposalId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    return this.commands.execute(new DecideProposal(accountId, proposalId, 'reject', who, caller));
  }
}
