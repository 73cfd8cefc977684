import { createHash, timingSafeEqual } from 'node:crypto';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Param,
  Post,
  Res,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type pg from 'pg';
import { backup } from '#libs/commands/operations/backup';
import { caseFile, type CaseFile } from '#libs/commands/operations/case-file';
import { Cases } from '#libs/commands/operations/cases';
import { replay, type ReplayRequest } from '#libs/commands/operations/replay';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { Clock } from '#libs/runtime/clock';
import { exportErasures } from '#libs/vault/backup';
import { bearerOf } from '../caller.decorator.js';

/** What the operator's command line needs; without a token nothing of it is served. */
export class OperatorAccess {
  constructor(
    readonly token: string | undefined,
    readonly pool: pg.Pool,
  ) {}
}

@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(private readonly access: OperatorAccess) {}

  canActivate(context: ExecutionContext): boolean {
    const { token } = this.access;
    const given = bearerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (!token || !given || !timingSafeEqual(digest(given), digest(token))) throw new RuleViolation('not-found');
    return true;
  }
}

export class ReplayBody implements ReplayRequest {
  @IsOptional()
  @IsString()
  @MaxLength(64)
  declare readonly model?: string;

  @IsOptional()
  @IsBoolean()
  declare readonly acceptDifferences?: boolean;

  @IsOptional()
  @IsBoolean()
  declare readonly compareOnly?: boolean;
}

@ApiTags('operations')
@ApiBearerAuth()
@UseGuards(OperatorGuard)
@Controller('api/v1/operations')
export class OperationsController {
  constructor(
    private readonly access: OperatorAccess,
    private readonly cases: Cases,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** Everything about one recovery, found by support code or id; personal data as references only. */
  @Get('cases/:code')
  async case(@Param('code') code: string): Promise<CaseFile> {
    const found = await caseFile(this.cases, code);
    if (!found) throw new RuleViolation('not-found');
    return found;
  }

  /** Server-sent events: `progress` many times, then `results` or `problem`. It ends early when nobody reads it. */
  @Post('replays')
  @HttpCode(200)
  async replay(@Body() request: ReplayBody, @Res() reply: FastifyReply): Promise<void> {
    const { raw, signal } = streaming(reply, 'text/event-stream; charset=utf-8');
    const send = (event: string, data: unknown) => raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    try {
      const sources = { pool: this.access.pool, store: this.store };
      const results = await replay(
        sources,
        request,
        throttled((progress) => send('progress', progress)),
        signal,
      );
      send('results', results);
    } catch (error) {
      if (!signal.aborted) send('problem', { message: sentenceOf(error) });
    }
    raw.end();
  }

  /** Log, vault and wrapped keys, as lines of JSON. */
  @Get('backup')
  backup(@Res() reply: FastifyReply): Promise<void> {
    return sendLines(reply, backup({ store: this.store, pool: this.access.pool, clock: this.clock }));
  }

  /** Who was erased, as lines of JSON: to be kept apart from the backups. */
  @Get('erasures')
  erasures(@Res() reply: FastifyReply): Promise<void> {
    return sendLines(reply, exportErasures(this.access.pool));
  }
}

/** A reader that is slow holds the writer up; one that is gone ends it. A cut answer lacks its last line. */
async function sendLines(reply: FastifyReply, lines: AsyncIterable<string>): Promise<void> {
  const { raw, signal } = streaming(reply, 'application/x-ndjson; charset=utf-8');
  try {
    for await (const line of lines) {
      if (signal.aborted) return;
      if (!raw.write(line)) await drained(raw, signal);
    }
    raw.end();
  } catch (error) {
    raw.destroy(error as Error);
  }
}

function streaming(reply: FastifyReply, contentType: string): { raw: ServerResponse; signal: AbortSignal } {
  const { raw } = reply.hijack();
  const gone = new AbortController();
  raw.on('close', () => gone.abort());
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  return { raw, signal: gone.signal };
}

const drained = (raw: ServerResponse, signal: AbortSignal): Promise<void> =>
  new Promise((resume) => {
    raw.once('drain', resume);
    signal.addEventListener('abort', () => resume(), { once: true });
  });

/** Ten a second are enough for a bar. */
function throttled<T extends { phase: string }>(send: (progress: T) => void): (progress: T) => void {
  let [last, phase] = [0, ''];
  return (progress) => {
    if (progress.phase === phase && performance.now() - last < 100) return;
    [last, phase] = [performance.now(), progress.phase];
    send(progress);
  };
}

const sentenceOf = (error: unknown): string =>
  error instanceof RuleViolation && error.code === 'not-found'
    ? `There is no such read model. There are: ${String(error.details.models)}.`
    : error instanceof Error
      ? error.message
      : String(error);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
