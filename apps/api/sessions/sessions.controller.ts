import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '#libs/commands/caller';
import type { Authenticated } from '#libs/commands/sessions/authenticate';
import { ChangePassword } from '#libs/commands/sessions/change-password';
import type { SignedIn } from '#libs/commands/sessions/open-session';
import { SignIn } from '#libs/commands/sessions/sign-in';
import { SignInByPass } from '#libs/commands/sessions/sign-in-by-pass';
import { SignOut } from '#libs/commands/sessions/sign-out';
import { RuleViolation } from '#libs/domain/decider';
import { bearerOf, From } from '../caller.decorator.js';
import { ownAccount, signedIn } from '../openapi/account.js';
import { Answers, Refuses } from '../openapi/answers.js';
import { SessionCookie } from './session-cookie.js';
import { AlsoWhen, SessionGuard, Who } from './session.guard.js';

class SignInBody {
  @ApiProperty({ maxLength: 256 })
  @IsString()
  @MaxLength(256)
  username!: string;

  @ApiPropertyOptional({ maxLength: 1024, format: 'password' })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  password?: string;

  @ApiPropertyOptional({ description: 'instead of the password: what the helpdesk sent', maxLength: 32 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(32)
  temporaryAccessPass?: string;

  @ApiPropertyOptional({ description: 'the second factor, asked for by `second-factor-required`' })
  @IsOptional()
  @IsString()
  @MaxLength(32)
  code?: string;
}

class ChangePasswordBody {
  @ApiPropertyOptional({
    maxLength: 1024,
    format: 'password',
    description: 'left out only after a temporary access pass',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  currentPassword?: string;

  @ApiProperty({ maxLength: 1024, format: 'password' })
  @IsString()
  @MaxLength(1024)
  newPassword!: string;
}

@ApiTags('signing in')
@Controller('api/v1')
export class SessionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly cookie: SessionCookie,
  ) {}

  @Post('sessions')
  @Answers(201, signedIn)
  @Refuses(
    'invalid-request',
    'sign-in-failed',
    'second-factor-required',
    'password-expired',
    'idempotency-key-reused',
    'rate-limited',
    'unavailable',
  )
  async signIn(@Body() body: SignInBody, @From() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    const { username, password, temporaryAccessPass, code } = body;
    if ((password === undefined) === (temporaryAccessPass === undefined)) {
      throw new RuleViolation('invalid-request', { field: 'password' });
    }
    const second = code === undefined ? {} : { code };
    const command =
      temporaryAccessPass === undefined
        ? new SignIn({ username, password: password!, ...second }, caller)
        : new SignInByPass({ username, temporaryAccessPass, ...second }, caller);
    return this.#opened(await this.commands.execute(command), reply);
  }

  @Delete('sessions/current')
  @HttpCode(204)
  @ApiBearerAuth()
  @UseGuards(SessionGuard)
  @AlsoWhen('register-methods', 'change-password')
  async signOut(
    @Who() { sessionId, accountId }: Authenticated,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.commands.execute(new SignOut(sessionId, accountId));
    this.cookie.clear(reply);
  }

  @Get('me')
  @ApiBearerAuth()
  @Answers(200, ownAccount)
  @Refuses('session-invalid', 'unavailable')
  @UseGuards(SessionGuard)
  @AlsoWhen('register-methods', 'change-password')
  me(@Who() { accountId, account }: Authenticated) {
    return { accountId, roles: account.roles, language: account.language };
  }

  @Post('me/password')
  @HttpCode(200)
  @ApiBearerAuth()
  @Answers(200, signedIn)
  @Refuses(
    'invalid-request',
    'session-invalid',
    'sign-in-failed',
    'session-limited',
    'password-on-premises',
    'password-rejected',
    'idempotency-key-reused',
    'rate-limited',
    'unavailable',
  )
  async changePassword(
    @Body() body: ChangePasswordBody,
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#opened(await this.commands.execute(new ChangePassword(this.#token(request), body, caller)), reply);
  }

  #opened({ token, roles, expiresAt, next }: SignedIn, reply: FastifyReply) {
    this.cookie.set(reply, token, expiresAt);
    return { token, roles, ...(next && { next }) };
  }

  #token(request: FastifyRequest): string | undefined {
    return bearerOf(request) ?? this.cookie.of(request);
  }
}
