import { Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '#libs/commands/caller';
import type { NotMeView } from '#libs/commands/not-me/notices-disputed';
import { ReportNotMe } from '#libs/commands/not-me/report-not-me';
import { ShowNotMe } from '#libs/commands/not-me/show-not-me';
import { bearerOf, From } from '../caller.decorator.js';
import { notMe } from '../openapi/account.js';
import { Answers, Refuses } from '../openapi/answers.js';

/** The mailed "this was not me": the link's token as Bearer. GET shows, POST acts, once. */
@ApiTags('this was not me')
@ApiBearerAuth()
@Controller('api/v1/not-me')
export class NotMeController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(200, notMe)
  @Refuses('not-me-invalid', 'unavailable')
  show(@Req() request: FastifyRequest): Promise<NotMeView> {
    return this.queries.execute(new ShowNotMe(bearerOf(request)));
  }

  @Post()
  @HttpCode(200)
  @Answers(200, notMe)
  @Refuses('invalid-request', 'not-me-invalid', 'not-me-used', 'idempotency-key-reused', 'unavailable')
  report(@Req() request: FastifyRequest, @From() caller: Caller): Promise<NotMeView> {
    return this.commands.execute(new ReportNotMe(bearerOf(request), caller));
  }
}
