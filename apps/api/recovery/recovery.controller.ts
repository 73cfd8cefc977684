import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/commands/caller';
import { CloseRecovery } from '#libs/commands/recovery/close-recovery';
import { GetRecovery } from '#libs/commands/recovery/get-recovery';
import { IssueChallenge, type IssuedChallenge } from '#libs/commands/recovery/issue-challenge';
import type { RecoveryView } from '#libs/commands/recovery/recovery-view';
import { ReportWorked } from '#libs/commands/recovery/report-worked';
import { ResetPassword } from '#libs/commands/recovery/reset-password';
import { StartRecovery } from '#libs/commands/recovery/start-recovery';
import { UnlockAccount } from '#libs/commands/recovery/unlock-account';
import { VerifyChallenge } from '#libs/commands/recovery/verify-challenge';
import type { Language } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import { From, Reading } from '../caller.decorator.js';
import { Answers, Refuses } from '../openapi/answers.js';
import { always, everywhere, issuedChallenge, recoveryView, startedRecovery } from '../openapi/journey.js';
import { text } from '../openapi/schema.js';
import { RecoveryFeed } from './recovery-feed.js';
import { RecoveryTokenGuard } from './recovery-token.guard.js';
import {
  AnswerChallengeBody,
  IssueChallengeBody,
  ResetPasswordBody,
  StartRecoveryBody,
  WorkedBody,
} from './recovery.dto.js';

@ApiTags('reset journey')
@Controller('api/v1/recoveries')
export class StartRecoveryController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Answers(201, startedRecovery)
  @Refuses(
    'invalid-request',
    'contact-administrator',
    'blocked',
    'captcha-failed',
    'idempotency-key-reused',
    'rate-limited',
    'unavailable',
  )
  async start(@Body() body: StartRecoveryBody, @From() caller: Caller) {
    const { view, recoveryToken } = await this.commands.execute(new StartRecovery(body, caller));
    const { recoveryId, ...rest } = view;
    return { recoveryId, recoveryToken, ...rest };
  }
}

@ApiTags('reset journey')
@ApiBearerAuth()
@UseGuards(RecoveryTokenGuard)
@Controller('api/v1/recoveries/:recoveryId')
export class RecoveryController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly feed: RecoveryFeed,
  ) {}

  @Get()
  @Answers(200, recoveryView)
  @Refuses(...always)
  view(@Param('recoveryId') recoveryId: string, @Reading() language: Language): Promise<RecoveryView> {
    return this.queries.execute(new GetRecovery(recoveryId, language));
  }

  /** Server-sent events, one `view` at once and one after every change; read by fetch, so the token stays in a header. */
  @Get('events')
  @Answers(200, text, 'text/event-stream')
  @Refuses(...always, 'rate-limited')
  events(
    @Param('recoveryId') recoveryId: string,
    @Reading() language: Language,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.feed.stream(recoveryId, reply, () => this.queries.execute(new GetRecovery(recoveryId, language)));
  }

  @Post('challenges')
  @HttpCode(202)
  @Answers(202, issuedChallenge)
  @Refuses(
    ...everywhere,
    'blocked',
    'method-not-available',
    'contact-mismatch',
    'country-not-allowed',
    'telecom-budget-exhausted',
    'cool-down',
  )
  challenge(
    @Param('recoveryId') recoveryId: string,
    @Body() body: IssueChallengeBody,
    @From() caller: Caller,
  ): Promise<IssuedChallenge> {
    return this.commands.execute(new IssueChallenge(recoveryId, body, caller));
  }

  @Post('challenges/:challengeId/answer')
  @HttpCode(200)
  @Answers(200, recoveryView)
  @Refuses(
    ...everywhere,
    'blocked',
    'contact-administrator',
    'challenge-expired',
    'challenge-not-current',
    'answered-elsewhere',
    'challenge-failed',
    'method-not-available',
  )
  answer(
    @Param('recoveryId') recoveryId: string,
    @Param('challengeId', ParseUUIDPipe) challengeId: string,
    @Body() { code, answers }: AnswerChallengeBody,
    @From() caller: Caller,
  ): Promise<RecoveryView> {
    const typed = answers ?? code;
    if (typed === undefined || (answers && code !== undefined)) {
      throw new RuleViolation('invalid-request', { field: 'code' });
    }
    return this.commands.execute(new VerifyChallenge(recoveryId, challengeId, typed, caller));
  }

  /** 200 when it is in force, 202 while the customer's directory has the last word. */
  @Post('password')
  @HttpCode(200)
  @Answers([200, 202], recoveryView)
  @Refuses(...everywhere, 'gates-not-passed', 'password-on-premises', 'password-rejected')
  async password(
    @Param('recoveryId') recoveryId: string,
    @Body() { newPassword }: ResetPasswordBody,
    @From() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecoveryView> {
    const view = await this.commands.execute(new ResetPassword(recoveryId, newPassword, caller));
    if (view.status === 'writing-back') void reply.status(202);
    return view;
  }

  @Post('unlock')
  @HttpCode(200)
  @Answers([200, 202], recoveryView)
  @Refuses(...everywhere, 'gates-not-passed', 'unlock-not-allowed', 'password-on-premises', 'unlock-limit')
  async unlock(
    @Param('recoveryId') recoveryId: string,
    @From() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecoveryView> {
    const view = await this.commands.execute(new UnlockAccount(recoveryId, caller));
    // A directory's lock is cleared there: what it says comes as progress.
    if (view.status === 'unlocking') void reply.status(202);
    return view;
  }

  @Post('cancel')
  @HttpCode(200)
  @Answers(200, recoveryView)
  @Refuses(...everywhere)
  cancel(@Param('recoveryId') recoveryId: string, @From() caller: Caller): Promise<RecoveryView> {
    return this.commands.execute(new CloseRecovery(recoveryId, 'cancel', caller));
  }

  @Post('contact-administrator')
  @HttpCode(200)
  @Answers(200, recoveryView)
  @Refuses(...everywhere)
  contactAdministrator(@Param('recoveryId') recoveryId: string, @From() caller: Caller): Promise<RecoveryView> {
    return this.commands.execute(new CloseRecovery(recoveryId, 'contact-administrator', caller));
  }

  @Post('worked')
  @HttpCode(200)
  @Answers(200, recoveryView)
  @Refuses(...always, 'recovery-closed', 'recovery-not-succeeded', 'idempotency-key-reused')
  worked(
    @Param('recoveryId') recoveryId: string,
    @Body() { worked }: WorkedBody,
    @From() caller: Caller,
  ): Promise<RecoveryView> {
    return this.commands.execute(new ReportWorked(recoveryId, worked, caller));
  }
}
