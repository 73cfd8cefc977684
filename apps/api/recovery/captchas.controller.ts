import { Body, Controller, Get, Header, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Captchas } from '#libs/captcha/captchas';
import type { Caller } from '#libs/commands/caller';
import { CreateCaptcha } from '#libs/commands/captchas/create-captcha';
import { Throttle } from '#libs/commands/throttle';
import { Tokens } from '#libs/commands/tokens';
import { RuleViolation } from '#libs/domain/decider';
import { From } from '../caller.decorator.js';
import { Answers, Refuses } from '../openapi/answers.js';
import { captcha } from '../openapi/journey.js';
import { bytes } from '../openapi/schema.js';

class CreateCaptchaBody {
  @ApiPropertyOptional({ maxLength: 256 })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  username?: string;
}

class AudioQuery {
  @ApiPropertyOptional({ enum: ['ja', 'en'] })
  @IsOptional()
  @IsIn(['ja', 'en'])
  lang?: 'ja' | 'en';
}

@ApiTags('reset journey')
@Controller('api/v1/captchas')
export class CaptchasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly captchas: Captchas,
    private readonly throttle: Throttle,
    private readonly tokens: Tokens,
  ) {}

  @Post()
  @Answers(201, captcha)
  @Refuses('invalid-request', 'idempotency-key-reused', 'rate-limited', 'unavailable')
  async create(@Body() { username }: CreateCaptchaBody, @From() caller: Caller) {
    const created = await this.commands.execute(new CreateCaptcha(username, caller));
    const own = `/api/v1/captchas/${created.captchaId}`;
    return created.mode === 'local' ? { ...created, image: `${own}/image`, audio: `${own}/audio` } : created;
  }

  @Get(':captchaId/image')
  @Answers(200, bytes, 'image/png')
  @Refuses('invalid-request', 'not-found', 'rate-limited', 'unavailable')
  @Header('content-type', 'image/png')
  @Header('cache-control', 'no-store')
  async image(
    @Param('captchaId', ParseUUIDPipe) captchaId: string,
    @From() caller: Caller,
    @Res() reply: FastifyReply,
  ) {
    await this.throttle.source('captcha', `image:${this.tokens.source(caller.address)}`);
    return reply.send(found(await this.captchas.image(captchaId)));
  }

  @Get(':captchaId/audio')
  @Answers(200, bytes, 'audio/wav')
  @Refuses('invalid-request', 'not-found', 'rate-limited', 'unavailable')
  @Header('content-type', 'audio/wav')
  @Header('cache-control', 'no-store')
  async audio(
    @Param('captchaId', ParseUUIDPipe) captchaId: string,
    @Query() { lang = 'en' }: AudioQuery,
    @From() caller: Caller,
    @Res() reply: FastifyReply,
  ) {
    await this.throttle.source('captcha', `audio:${this.tokens.source(caller.address)}`);
    return reply.send(found(await this.captchas.audio(captchaId, lang)));
  }
}

function found(drawing: Buffer | undefined): Buffer {
  if (!drawing) throw new RuleViolation('not-found');
  return drawing;
}
