import { Controller, Get, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Recoveries } from '#libs/commands/recovery/recoveries';
import { Authenticate } from '#libs/commands/sessions/authenticate';
import { Tenants } from '#libs/commands/tenants/tenants';
import { Tokens } from '#libs/commands/tokens';
import { RuleViolation } from '#libs/domain/decider';
import { policyText } from '#libs/domain/passwords/password-rules';
import { bearerOf } from '../caller.decorator.js';
import { SessionCookie } from '../sessions/session-cookie.js';

class BrandingQuery {
  @ApiPropertyOptional({ example: 'contoso.example' })
  @IsOptional()
  @IsString()
  @MaxLength(253)
  domain?: string;
}

/** What the pages show of an organisation and of its rules. */
@ApiTags('pages')
@Controller('api/v1')
export class BrandingController {
  constructor(
    private readonly tenants: Tenants,
    private readonly recoveries: Recoveries,
    private readonly tokens: Tokens,
    private readonly queries: QueryBus,
    private readonly cookie: SessionCookie,
  ) {}

  @Get('branding')
  async branding(@Query() { domain = '' }: BrandingQuery) {
    const { tenantId, organisation, policy } = await this.tenants.ofDomain(domain.toLowerCase());
    return {
      organisation: tenantId ? organisation : null,
      logo: null,
      accent: null,
      helpdesk: tenantId ? policy.helpdesk : null,
    };
  }

  /** With a recovery's token, as long as it opens the recovery, or with a session. */
  @Get('password-policy')
  async passwordPolicy(@Req() request: FastifyRequest) {
    const { policy } = await this.tenants.byId((await this.#tenantOf(request)) ?? '');
    return policyText(policy.passwords);
  }

  /** @throws RuleViolation recovery-token-invalid, session-invalid */
  async #tenantOf(request: FastifyRequest): Promise<string | null> {
    const token = bearerOf(request) ?? this.cookie.of(request);
    const recoveryId = token && this.tokens.recoveryIdIn(token);
    if (recoveryId) return (await this.recoveries.opened(recoveryId)).tenantId;
    if (!token || !this.tokens.sessionIdIn(token)) throw new RuleViolation('recovery-token-invalid');
    return (await this.queries.execute(new Authenticate(token))).account.tenantId;
  }
}
