import { Body, Controller, Get, Patch, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/commands/caller';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { ChangeTenant } from '#libs/commands/tenants/change-tenant';
import { Tenants } from '#libs/commands/tenants/tenants';
import { roles } from '#libs/domain/account/lifecycle';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';
import { PlanBody } from './tenant.dto.js';

@ApiTags('tenant')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Roles(...roles)
@Controller('api/v1/tenant')
export class TenantController {
  constructor(
    private readonly commands: CommandBus,
    private readonly tenants: Tenants,
  ) {}

  @Get()
  async read(@Who() { account }: Authenticated) {
    return told(await this.tenants.fresh(account.tenantId));
  }

  @Get('domains')
  async domains(@Who() { account }: Authenticated) {
    const { domains } = await this.tenants.fresh(account.tenantId);
    return { domains: domains.map((domain) => ({ domain, verified: true })) };
  }

  @Patch('plan')
  @Roles('global-administrator')
  async changePlan(@Body() wanted: PlanBody, @Who() who: Authenticated, @From() caller: Caller) {
    const { plan, trial } = await this.tenants.fresh(who.account.tenantId);
    const data = { plan: wanted.plan ?? plan, trial: wanted.trial ?? trial };
    const command = new ChangeTenant({ type: 'ChangePlan', data }, 'tenant/plan', who, caller);
    return told((await this.commands.execute(command)).state);
  }
}

const told = ({ tenantId, organisation, plan, trial, domains, policyVersion }: TenantState) => ({
  tenantId,
  organisation,
  plan,
  trial,
  domains,
  policyVersion,
});
