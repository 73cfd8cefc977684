import { Body, Controller, Get, Patch, Query, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiHeader, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/commands/caller';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { ChangePolicy } from '#libs/commands/tenants/change-policy';
import { PreviewPolicy } from '#libs/commands/tenants/preview-policy';
import { Tenants } from '#libs/commands/tenants/tenants';
import { roles } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import { patchIn } from '#libs/domain/tenant/policy-patch';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { warningsOf } from '#libs/domain/tenant/warnings';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';
import { etagOf, IfMatch, type SeenVersion } from './if-match.decorator.js';
import { policySchema } from './policy-schema.js';

class PatchPolicyQuery {
  @ApiPropertyOptional({ description: 'tell what would happen, and change nothing', enum: ['true', 'false'] })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: string;
}

@ApiTags('policy')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Controller('api/v1/tenant/policy')
export class PolicyController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly tenants: Tenants,
  ) {}

  @Get()
  @Roles(...roles)
  async read(@Who() { account }: Authenticated, @Res({ passthrough: true }) reply: FastifyReply) {
    return told(await this.tenants.fresh(account.tenantId), reply);
  }

  @Patch()
  @Roles('global-administrator')
  @ApiHeader({ name: 'If-Match', description: 'the version that is changed, as `ETag` gave it' })
  @ApiConsumes('application/merge-patch+json', 'application/json')
  @ApiBody({ schema: policySchema })
  async change(
    @Body() body: unknown,
    @Query() { dryRun }: PatchPolicyQuery,
    @IfMatch() seen: SeenVersion | undefined,
    @Who() who: Authenticated,
    @From() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const patch = patchIn(body);
    const version = seen === 'any' ? undefined : seen;
    if (dryRun === 'true') return this.queries.execute(new PreviewPolicy(who.account.tenantId, patch, version));
    if (seen === undefined) throw new RuleViolation('precondition-required');
    return told(await this.commands.execute(new ChangePolicy(patch, version, who, caller)), reply);
  }
}

function told({ policy, policyVersion: version }: TenantState, reply: FastifyReply) {
  void reply.header('etag', etagOf(version)).header('cache-control', 'no-store');
  return { version, ...policy, warnings: warningsOf(policy) };
}
