import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import type { Caller } from '#libs/commands/caller';
import { AnswerStepUp } from '#libs/commands/sessions/answer-step-up';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { StartStepUp, type StartedStepUp } from '#libs/commands/sessions/start-step-up';
import { StepUps, type StepUpView } from '#libs/commands/sessions/step-ups';
import { From } from '../caller.decorator.js';
import { AlsoWhen, SessionGuard, Who } from './session.guard.js';

class StartStepUpBody {
  @ApiProperty({ format: 'uuid', description: 'one of the `options`' })
  @IsUUID()
  methodId!: string;
}

export class CodeBody {
  @ApiProperty({ example: '12345678', maxLength: 32 })
  @IsString()
  @MinLength(1)
  @MaxLength(32)
  code!: string;
}

/** Proving an existing method within a session, before anything about how its owner is recognised may change. */
@ApiTags('security information')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@AlsoWhen('register-methods')
@Controller('api/v1/me/step-up')
export class StepUpController {
  constructor(
    private readonly commands: CommandBus,
    private readonly stepUps: StepUps,
  ) {}

  @Get()
  view(@Who() who: Authenticated): Promise<StepUpView> {
    return this.stepUps.view(who);
  }

  @Post()
  @HttpCode(202)
  start(
    @Who() who: Authenticated,
    @Body() { methodId }: StartStepUpBody,
    @From() caller: Caller,
  ): Promise<StartedStepUp> {
    return this.commands.execute(new StartStepUp(who, methodId, caller));
  }

  @Post(':stepUpId/answer')
  @HttpCode(200)
  answer(
    @Who() who: Authenticated,
    @Param('stepUpId', ParseUUIDPipe) stepUpId: string,
    @Body() { code }: CodeBody,
    @From() caller: Caller,
  ): Promise<StepUpView> {
    return this.commands.execute(new AnswerStepUp(who, stepUpId, code, caller));
  }
}
