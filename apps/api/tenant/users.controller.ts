import { Body, Controller, Get, Param, ParseUUIDPipe, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { AdministerAccount } from '#libs/commands/accounts/administer-account';
import { CreateUser } from '#libs/commands/accounts/create-user';
import { GetUser, ListUsers, type UserPage } from '#libs/commands/accounts/list-users';
import type { UserView } from '#libs/commands/accounts/user-view';
import type { Caller } from '#libs/commands/caller';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';
import { AdministerUserBody, CreateUserBody, ListUsersQuery } from './tenant.dto.js';

/** The tenant's people, by name: for those whose office needs names. */
@ApiTags('tenant')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Roles('global-administrator', 'authentication-administrator', 'helpdesk')
@Controller('api/v1/tenant/users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  list(@Query() { limit = '50', ...wish }: ListUsersQuery, @Who() { account }: Authenticated): Promise<UserPage> {
    return this.queries.execute(new ListUsers(account.tenantId, { ...wish, limit: Number(limit) }));
  }

  @Get(':accountId')
  read(@Param('accountId', ParseUUIDPipe) accountId: string, @Who() { account }: Authenticated): Promise<UserView> {
    return this.queries.execute(new GetUser(account.tenantId, accountId));
  }

  @Post()
  @Roles('global-administrator')
  create(@Body() body: CreateUserBody, @Who() who: Authenticated, @From() caller: Caller): Promise<UserView> {
    const {
      username,
      origin = 'cloud',
      language = 'en',
      roles = [],
      groups = [],
      licensed = true,
      contacts = [],
    } = body;
    const wish = { username, origin, language, roles, groups, licensed, contacts };
    return this.commands.execute(new CreateUser(wish, who, caller));
  }

  @Patch(':accountId')
  @Roles('global-administrator')
  administer(
    @Param('accountId', ParseUUIDPipe) accountId: string,
    @Body() body: AdministerUserBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<UserView> {
    return this.commands.execute(new AdministerAccount(accountId, { ...body }, who, caller));
  }
}
