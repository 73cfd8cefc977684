import { Controller, Header, HttpCode, Param, ParseIntPipe, ParseUUIDPipe, Post, Req, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { reportIn, type CallbackFields } from '#libs/channels/telecom/twilio/callbacks';
import { askTwiml, sayTwiml } from '#libs/channels/telecom/twilio/twiml';
import type { CallQuestion } from '#libs/channels/telecom/carrier';
import type { TryRef } from '#libs/channels/telecom/try-ref';
import { GetCallScript } from '#libs/commands/delivery/get-call-script';
import { ReceiveReceipt } from '#libs/commands/delivery/receive-receipt';
import { ConfirmRegistrationElsewhere } from '#libs/commands/methods/confirm-registration-elsewhere';
import { AnswerElsewhere } from '#libs/commands/recovery/answer-elsewhere';
import { Asked } from './asked.decorator.js';
import { TwilioAccess, TwilioSignatureGuard } from './twilio-signature.guard.js';

const actor = { kind: 'system', id: 'twilio' } as const;
const xml = 'text/xml; charset=utf-8';

/** What Twilio tells us: how messages and calls went, and which key was pressed. Fields we do not know are ignored. */
@ApiTags('telecom callbacks')
@ApiConsumes('application/x-www-form-urlencoded')
@UseGuards(TwilioSignatureGuard)
@Controller('api/v1/telecom/twilio')
export class TwilioController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly access: TwilioAccess,
  ) {}

  @Post('status/challenges/:recoveryId/:deliveryId/:attempt')
  @HttpCode(204)
  challenge(
    @Param('recoveryId', ParseUUIDPipe) recoveryId: string,
    @Param('deliveryId', ParseUUIDPipe) deliveryId: string,
    @Param('attempt', ParseIntPipe) attempt: number,
    @Req() { body }: FastifyRequest,
  ): Promise<void> {
    return this.#report({ kind: 'challenge', recoveryId, deliveryId, attempt }, body as CallbackFields);
  }

  @Post('status/notices/:deliveryId/:attempt')
  @HttpCode(204)
  notice(
    @Param('deliveryId', ParseUUIDPipe) deliveryId: string,
    @Param('attempt', ParseIntPipe) attempt: number,
    @Req() { body }: FastifyRequest,
  ): Promise<void> {
    return this.#report({ kind: 'notice', deliveryId, attempt }, body as CallbackFields);
  }

  /** Somebody picked up: what to say, and that one key is waited for. */
  @Post('voice/:kind/:ownerId/:questionId')
  @HttpCode(200)
  @Header('content-type', xml)
  async ask(@Asked() question: CallQuestion, @Req() request: FastifyRequest): Promise<string> {
    const { language, script, open } = await this.queries.execute(new GetCallScript(question));
    return open ? askTwiml(script, language, this.#keysOf(request)) : sayTwiml(script.tooLate, language);
  }

  @Post('voice/:kind/:ownerId/:questionId/keys')
  @HttpCode(200)
  @Header('content-type', xml)
  async keys(@Asked() question: CallQuestion, @Req() request: FastifyRequest): Promise<string> {
    const { Digits } = request.body as CallbackFields;
    const { language, script } = await this.queries.execute(new GetCallScript(question));
    const answer = Digits === '#' ? 'approved' : Digits === '*' ? 'denied' : undefined;
    if (!answer) return askTwiml(script, language, this.#keysOf(request), true);
    return sayTwiml(script[await this.#answer(question, answer)], language);
  }

  async #answer(question: CallQuestion, answer: 'approved' | 'denied'): Promise<'confirmed' | 'denied' | 'tooLate'> {
    const result =
      question.kind === 'challenge'
        ? await this.commands.execute(new AnswerElsewhere(question.recoveryId, question.challengeId, answer, actor))
        : await this.commands.execute(
            new ConfirmRegistrationElsewhere(question.accountId, question.confirmationId, answer, actor),
          );
    if (result === 'passed' || result === 'confirmed') return 'confirmed';
    return result === 'denied' ? 'denied' : 'tooLate';
  }

  async #report(ref: TryRef, fields: CallbackFields): Promise<void> {
    const result = reportIn(fields);
    if (result) await this.commands.execute(new ReceiveReceipt(ref, result, actor.id));
  }

  /** Where the key is told; of the configured public address, as everything Twilio is given. */
  #keysOf({ raw }: FastifyRequest): string {
    const { pathname } = new URL(raw.url ?? '', this.access.publicUrl);
    return new URL(pathname.endsWith('/keys') ? pathname : `${pathname}/keys`, this.access.publicUrl).href;
  }
}
