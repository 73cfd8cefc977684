import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CreateAgent, type CreatedAgent } from '#libs/commands/agents/create-agent';
import { ListAgents, type AgentsView } from '#libs/commands/agents/list-agents';
import { RevokeAgent } from '#libs/commands/agents/revoke-agent';
import type { Caller } from '#libs/commands/caller';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { From } from '../caller.decorator.js';
import { PublicUrl } from '../devices/public-url.js';
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
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get()
  @Roles('global-administrator', 'authentication-administrator', 'helpdesk', 'ops', 'auditor')
  list(@Who() { account }: Authenticated): Promise<AgentsView> {
    return this.queries.execute(new ListAgents(account.tenantId));
  }

  /** `apiUrl` is what the program's `AGENT_API_URL` has to be. */
  @Post()
  @Roles('global-administrator')
  async create(@Who() who: Authenticated, @From() caller: Caller): Promise<CreatedAgent & { apiUrl: string }> {
    const created = await this.commands.execute(new CreateAgent(who, caller));
    return { ...created, apiUrl: this.publicUrl.origin };
  }

  /** For good: its key opens nothing any more. */
  @Delete(':agentId')
  @HttpCode(204)
  @Roles('global-administrator')
  revoke(@Who() who: Authenticated, @Param('agentId', ParseUUIDPipe) agentId: string): Promise<void> {
    return this.commands.execute(new RevokeAgent(who, agentId));
  }
}
