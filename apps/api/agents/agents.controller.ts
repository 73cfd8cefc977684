import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CreateAgent, type CreatedAgent } from '#libs/commands/agents/create-agent';
import { ListAgents, type AgentView } from '#libs/commands/agents/list-agents';
import { RevokeAgent } from '#libs/commands/agents/revoke-agent';
import type { Caller } from '#libs/commands/caller';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';

/** The tenant's agents: who administers them, and who may look. */
@ApiTags('administration')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Controller('api/v1/tenant/agents')
export class AgentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Roles('global-administrator', 'authentication-administrator', 'helpdesk', 'ops', 'auditor')
  async list(@Who() { account }: Authenticated): Promise<{ agents: readonly AgentView[] }> {
    return { agents: await this.queries.execute(new ListAgents(account.tenantId)) };
  }

  @Post()
  @Roles('global-administrator')
  create(@Who() who: Authenticated, @From() caller: Caller): Promise<CreatedAgent> {
    return this.commands.execute(new CreateAgent(who, caller));
  }

  /** For good: its key opens nothing any more. */
  @Delete(':agentId')
  @HttpCode(204)
  @Roles('global-administrator')
  revoke(@Who() who: Authenticated, @Param('agentId', ParseUUIDPipe) agentId: string): Promise<void> {
    return this.commands.execute(new RevokeAgent(who, agentId));
  }
}
