import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
  UseGuards,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ChangeMembership } from '#libs/commands/accounts/change-membership';
import { ListUsers, type UserPage } from '#libs/commands/accounts/list-users';
import type { Caller } from '#libs/commands/caller';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { ChangeTenant, type TenantChange } from '#libs/commands/tenants/change-tenant';
import { ListGroups, type ListedGroup } from '#libs/commands/tenants/list-groups';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';
import { DeleteGroupQuery, GroupBody, MembersBody, PageQuery } from './tenant.dto.js';

@ApiTags('tenant')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Roles('global-administrator')
@Controller('api/v1/tenant/groups')
export class GroupsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Roles('global-administrator', 'authentication-administrator', 'helpdesk', 'auditor')
  async list(@Who() { account }: Authenticated): Promise<{ groups: ListedGroup[] }> {
    return { groups: await this.queries.execute(new ListGroups(account.tenantId)) };
  }

  @Post()
  async create(@Body() { name }: GroupBody, @Who() who: Authenticated, @From() caller: Caller) {
    const command = new ChangeTenant({ type: 'CreateGroup', data: { name } }, 'tenant/groups', who, caller);
    const [created] = (await this.commands.execute(command)).events;
    const { groupId, name: given } = created!.data as { groupId: string; name: string };
    return { groupId, name: given, within: [] };
  }

  @Patch(':groupId')
  async rename(
    @Param('groupId') groupId: string,
    @Body() { name }: GroupBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ) {
    return this.#change({ type: 'RenameGroup', data: { groupId, name } }, 'rename', who, caller);
  }

  @Delete(':groupId')
  @HttpCode(204)
  async delete(
    @Param('groupId') groupId: string,
    @Query() { confirm }: DeleteGroupQuery,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    const change: TenantChange = { type: 'DeleteGroup', data: { groupId, confirm } };
    await this.commands.execute(new ChangeTenant(change, `tenant/groups/${groupId}/delete`, who, caller));
  }

  @Put(':groupId/groups/:innerId')
  nest(
    @Param('groupId') within: string,
    @Param('innerId') groupId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ) {
    return this.#change({ type: 'NestGroup', data: { groupId, within } }, `nest/${within}`, who, caller);
  }

  @Delete(':groupId/groups/:innerId')
  unnest(
    @Param('groupId') within: string,
    @Param('innerId') groupId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ) {
    return this.#change({ type: 'UnnestGroup', data: { groupId, within } }, `unnest/${within}`, who, caller);
  }

  @Get(':groupId/members')
  @Roles('global-administrator', 'authentication-administrator', 'helpdesk')
  members(
    @Param('groupId') group: string,
    @Query() { limit = '50', ...wish }: PageQuery,
    @Who() { account }: Authenticated,
  ): Promise<UserPage> {
    return this.queries.execute(new ListUsers(account.tenantId, { ...wish, group, limit: Number(limit) }));
  }

  @Post(':groupId/members')
  @HttpCode(204)
  join(
    @Param('groupId') groupId: string,
    @Body() { accountIds }: MembersBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    return this.commands.execute(new ChangeMembership('JoinGroup', groupId, accountIds, who, caller));
  }

  @Delete(':groupId/members/:accountId')
  @HttpCode(204)
  leave(
    @Param('groupId') groupId: string,
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<void> {
    return this.commands.execute(new ChangeMembership('LeaveGroup', groupId, [accountId], who, caller));
  }

  async #change(
    change: Extract<TenantChange, { data: { groupId: string } }>,
    verb: string,
    who: Authenticated,
    caller: Caller,
  ) {
    const { groupId } = change.data;
    const command = new ChangeTenant(change, `tenant/groups/${groupId}/${verb}`, who, caller);
    const { state } = await this.commands.execute(command);
    return { groupId, ...state.groups[groupId]! };
  }
}
