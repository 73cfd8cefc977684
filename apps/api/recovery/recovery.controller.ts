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
  view(@Param('recoveryId') recoveryId: string, @Reading() language: Language): Promise<RecoveryView> {
    return this.queries.execute(new GetRecovery(recoveryId, language));
  }

  /** Server-sent events, one `view` at once and one after every change; read by fetch, so the token stays in a header. */
  @Get('events')
  events(
    @Param('recoveryId') recoveryId: string,
    @Reading() language: Language,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.feed.stream(recoveryId, reply, () => this.queries.execute(new GetRecovery(recoveryId, language)));
  }

  @Post('challenges')
  @HttpCode(202)
  challenge(
    @Param('recoveryId') recoveryId: string,
    @Body() body: IssueChallengeBody,
    @From() caller: Caller,
  ): Promise<IssuedChallenge> {
    return this.commands.execute(new IssueChallenge(recoveryId, body, caller));
  }

  @Post('challenges/:challengeId/answer')
  @HttpCode(200)
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
  async password(
    @Param('recoveryId') recoveryId: string,
    @Body() { newPassword }: ResetPasswordBody,
    @From() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecoveryView> {
    const view = await this.commands.execute(new ResetPassword(recoveryId, newPassword, caller));
    void reply.status(view.status === 'writing-back' ? 202 : 200);
    return view;
  }

  @Post('unlock')
  @HttpCode(200)
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
  cancel(@Param('recoveryId') recoveryId: string, @From() caller: Caller): Promise<RecoveryView> {
    return this.commands.execute(new CloseRecovery(recoveryId, 'cancel', caller));
  }

  @Post('contact-administrator')
  @HttpCode(200)
  contactAdministrator(@Param('recoveryId') recoveryId: string, @From() caller: Caller): Promise<RecoveryView> {
    return this.commands.execute(new CloseRecovery(recoveryId, 'contact-administrator', caller));
  }

  @Post('worked')
  @HttpCode(200)
  worked(
    @Param('recoveryId') recoveryId: string,
    @Body() { worked }: WorkedBody,
    @From() caller: Caller,
  ): Promise<RecoveryView> {
    return this.commands.execute(new ReportWorked(recoveryId, worked, caller));
  }
}
