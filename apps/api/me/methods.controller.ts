import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/commands/caller';
import { AnswerRegistrationInterrupt } from '#libs/commands/methods/answer-registration-interrupt';
import { ConfirmRegistration } from '#libs/commands/methods/confirm-registration';
import { OwnMethodsView, type OwnMethods } from '#libs/commands/methods/own-methods';
import { RemoveMethod } from '#libs/commands/methods/remove-method';
import { ResendRegistration } from '#libs/commands/methods/resend-registration';
import { StartRegistration } from '#libs/commands/methods/start-registration';
import { questionChoices } from '#libs/commands/questions/question-choices';
import { RegisterQuestions } from '#libs/commands/questions/register-questions';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { Tenants } from '#libs/commands/tenants/tenants';
import type { Language } from '#libs/domain/account/lifecycle';
import { mostQuestions } from '#libs/domain/questions/answers';
import { From, Reading } from '../caller.decorator.js';
import { AlsoWhen, SessionGuard, Who } from '../sessions/session.guard.js';
import { CodeBody } from '../sessions/step-up.controller.js';
import { StepUpGuard } from '../sessions/step-up.guard.js';
import { RegisterMethodBody, RegisterQuestionsBody } from './methods.dto.js';
import { qrOf } from './qr.js';

/** A signed-in person's own security information. */
@ApiTags('security information')
@ApiBearerAuth()
@UseGuards(SessionGuard)
@AlsoWhen('register-methods')
@Controller('api/v1/me/methods')
export class MethodsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly own: OwnMethodsView,
    private readonly tenants: Tenants,
  ) {}

  @Get()
  list(@Who() { account }: Authenticated): Promise<OwnMethods> {
    return this.own.of(account);
  }

  /** Sends a code to the contact, calls it, or shows an app what to scan; a method comes of it when it is confirmed. */
  @Post()
  @HttpCode(202)
  @UseGuards(StepUpGuard)
  async register(@Who() who: Authenticated, @Body() body: RegisterMethodBody, @From() caller: Caller) {
    const started = await this.commands.execute(new StartRegistration(who, body, caller));
    return { ...started, ...(started.uri !== undefined && { qr: qrOf(started.uri) }) };
  }

  /** What may be chosen from, in the language the caller reads, and how many are registered at least. */
  @Get('questions')
  async questions(@Who() { account }: Authenticated, @Reading() language: Language) {
    const { policy } = await this.tenants.byId(account.tenantId);
    const { toRegister } = policy.questions;
    return { toRegister, most: mostQuestions, questions: questionChoices(policy.questions, language) };
  }

  /** Takes the place of questions registered before. */
  @Post('questions')
  @HttpCode(200)
  @UseGuards(StepUpGuard)
  registerQuestions(
    @Who() who: Authenticated,
    @Body() { answers }: RegisterQuestionsBody,
    @From() caller: Caller,
  ): Promise<OwnMethods> {
    return this.commands.execute(new RegisterQuestions(who, answers, caller));
  }

  /** How a registration stands: for those that are confirmed in a call. */
  @Get('registrations/:registrationId')
  registration(@Who() { account }: Authenticated, @Param('registrationId', ParseUUIDPipe) registrationId: string) {
    return this.own.registration(account, registrationId);
  }

  @Post('registrations/:registrationId/resend')
  @HttpCode(202)
  resend(
    @Who() who: Authenticated,
    @Param('registrationId', ParseUUIDPipe) registrationId: string,
    @From() caller: Caller,
  ) {
    return this.commands.execute(new ResendRegistration(who, registrationId, caller));
  }

  @Post('registrations/:registrationId/confirm')
  @HttpCode(200)
  confirmRegistration(
    @Who() who: Authenticated,
    @Param('registrationId', ParseUUIDPipe) registrationId: string,
    @Body() { code }: CodeBody,
    @From() caller: Caller,
  ): Promise<OwnMethods> {
    return this.commands.execute(new ConfirmRegistration(who, registrationId, code, caller));
  }

  @Delete(':methodId')
  @UseGuards(StepUpGuard)
  remove(
    @Who() who: Authenticated,
    @Param('methodId', ParseUUIDPipe) methodId: string,
    @From() caller: Caller,
  ): Promise<OwnMethods> {
    return this.commands.execute(new RemoveMethod(who, methodId, caller));
  }

  /** Asked by `next: "reconfirm-methods"`: all is still right. */
  @Post('confirm')
  @HttpCode(200)
  confirm(@Who() who: Authenticated, @From() caller: Caller): Promise<OwnMethods> {
    return this.commands.execute(new AnswerRegistrationInterrupt(who, 'confirm', caller));
  }

  /** Not now: asked again at a sign-in a day later. */
  @Post('skip')
  @HttpCode(200)
  skip(@Who() who: Authenticated, @From() caller: Caller): Promise<OwnMethods> {
    return this.commands.execute(new AnswerRegistrationInterrupt(who, 'skip', caller));
  }
}
