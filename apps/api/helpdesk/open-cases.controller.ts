import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ListCases, type OpenCasesPage } from '#libs/commands/helpdesk/list-cases';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';
import { OpenCasesQuery } from './helpdesk.dto.js';

/** What waits at the helpdesk: people being helped, what somebody disowned, contacts that need a second administrator. */
@ApiTags('helpdesk')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Roles('helpdesk', 'authentication-administrator', 'global-administrator')
@Controller('api/v1/helpdesk/cases')
export class OpenCasesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  list(@Query() { limit = '20', cursor }: OpenCasesQuery, @Who() who: Authenticated): Promise<OpenCasesPage> {
    return this.queries.execute(new ListCases(who, Number(limit), cursor));
  }
}
