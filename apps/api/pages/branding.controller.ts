import { createHash } from 'node:crypto';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PasswordChecks } from '#libs/commands/accounts/password-checks';
import { Recoveries } from '#libs/commands/recovery/recoveries';
import { Authenticate } from '#libs/commands/sessions/authenticate';
import { strangers, Tenants } from '#libs/commands/tenants/tenants';
import { Tokens } from '#libs/commands/tokens';
import { RuleViolation } from '#libs/domain/decider';
import { pictureOf } from '#libs/domain/tenant/logo';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { bearerOf } from '../caller.decorator.js';
import { branding, passwordPolicy } from '../openapi/account.js';
import { Answers, Refuses } from '../openapi/answers.js';
import { bytes } from '../openapi/schema.js';
import { SessionCookie } from '../sessions/session-cookie.js';

class BrandingQuery {
  @ApiPropertyOptional({ example: 'contoso.example' })
  @IsOptional()
  @IsString()
  @MaxLength(253)
  domain?: string;
}

class LogoQuery extends BrandingQuery {
  @ApiPropertyOptional({ description: 'changes with the picture, so that it may be kept' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  v?: string;
}

/** What the pages show of an organisation and of its rules. */
@ApiTags('pages')
@Controller('api/v1')
export class BrandingController {
  constructor(
    private readonly tenants: Tenants,
    private readonly recoveries: Recoveries,
    private readonly passwords: PasswordChecks,
    private readonly tokens: Tokens,
    private readonly queries: QueryBus,
    private readonly cookie: SessionCookie,
  ) {}

  /** Of the organisation with this domain; where none is named, of whoever is signed in. */
  @Get('branding')
  @Answers(200, branding)
  @Refuses('invalid-request', 'unavailable')
  async branding(@Query() { domain: named }: BrandingQuery, @Req() request: FastifyRequest) {
    const { tenantId, organisation, policy, domains } =
      named === undefined ? await this.#ofSession(request) : await this.tenants.ofDomain(named.toLowerCase());
    if (!tenantId) return { organisation: null, logo: null, accent: null, helpdesk: null };
    const { organisationName, logo, accent } = policy.customisation;
    const picture = () => new URLSearchParams({ domain: named ?? domains[0] ?? '', v: versionOf(logo ?? '') });
    return {
      organisation: organisationName ?? organisation,
      logo: logo && `/api/v1/branding/logo?${picture().toString()}`,
      accent,
      helpdesk: policy.helpdesk,
    };
  }

  /** The picture from our own host, so that the pages' content security policy stays as it is. */
  @Get('branding/logo')
  @Answers(200, bytes, 'image/png')
  @Refuses('invalid-request', 'not-found', 'unavailable')
  async logo(@Query() { domain = '' }: LogoQuery, @Res() reply: FastifyReply): Promise<void> {
    const { policy } = await this.tenants.ofDomain(domain.toLowerCase());
    const { logo } = policy.customisation;
    if (logo === null) throw new RuleViolation('not-found');
    void reply
      .header('content-type', 'image/png')
      .header('cache-control', 'public, max-age=3600')
      .send(Buffer.from(pictureOf(logo), 'base64'));
  }

  /** With a recovery's token, as long as it opens the recovery, or with a session. */
  @Get('password-policy')
  @ApiBearerAuth()
  @Answers(200, passwordPolicy)
  @Refuses('recovery-token-invalid', 'session-invalid', 'unavailable')
  async passwordPolicy(@Req() request: FastifyRequest) {
    const { policy } = await this.tenants.byId((await this.#tenantOf(request)) ?? '');
    return this.passwords.told(policy);
  }

  /** Nobody's when there is no session, or one that is over. */
  async #ofSession(request: FastifyRequest): Promise<TenantState> {
    const token = this.cookie.of(request);
    if (token === undefined) return strangers;
    try {
      return await this.tenants.byId((await this.queries.execute(new Authenticate(token))).account.tenantId);
    } catch (error) {
      if (error instanceof RuleViolation) return strangers;
      throw error;
    }
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

const versionOf = (logo: string): string => createHash('sha256').update(logo).digest('base64url').slice(0, 16);
