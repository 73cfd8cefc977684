import { Body, Controller, Get, Header, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import type { Caller } from '#libs/commands/caller';
import { caseFile, type CaseFile } from '#libs/commands/operations/case-file';
import { Cases } from '#libs/commands/operations/cases';
import { RevealCase } from '#libs/commands/operations/reveal-case';
import type { RevealedCase } from '#libs/commands/operations/revealed-case';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { readingRoles } from '#libs/domain/access/access';
import { RuleViolation } from '#libs/domain/decider';
import { From } from '../caller.decorator.js';
import { Roles, SessionGuard, Who } from '../sessions/session.guard.js';

class RevealBody {
  @ApiProperty({ maxLength: 500, description: 'why the personal data are read; kept in the vault' })
  @IsString()
  @MaxLength(500)
  @Matches(/\S/)
  reason!: string;
}

/** Everything about one recovery, found by support code or id, for those who may look into their tenant's. */
@ApiTags('audit')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@Controller('api/v1/audit/cases/:code')
export class CasesController {
  constructor(
    private readonly cases: Cases,
    private readonly commands: CommandBus,
  ) {}

  /** Personal data as references only. */
  @Get()
  @Header('cache-control', 'no-store')
  @Roles(...readingRoles)
  async case(@Param('code') code: string, @Who() { account }: Authenticated): Promise<CaseFile> {
    const found = await caseFile(this.cases, code, account.tenantId);
    if (!found) throw new RuleViolation('not-found');
    return found;
  }

  /** With personal data. Who read them, which and why is an event first; and so is who was not allowed to. */
  @Post('reveal')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  reveal(
    @Param('code') code: string,
    @Body() { reason }: RevealBody,
    @Who() who: Authenticated,
    @From() caller: Caller,
  ): Promise<RevealedCase> {
    return this.commands.execute(new RevealCase(code, reason, who, caller));
  }
}
