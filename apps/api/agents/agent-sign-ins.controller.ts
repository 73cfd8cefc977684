import { Body, Controller, Get, HttpCode, Post, Req, UseGuards, type OnModuleDestroy } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { signInVerdicts, type DirectoryVerdict } from '#libs/directory/protocol/sign-in-messages';
import type { AgentState } from '#libs/domain/agent/agent';
import { Clock } from '#libs/runtime/clock';
import { SignInAsks } from '#libs/runtime/sign-in-asks';
import { AgentGuard, AskedBy } from './agent.guard.js';
import { OpenPolls } from './open-polls.js';

/** Milliseconds an agent is kept waiting; proxies cut quiet connections after 30 s and more. */
const holdMs = 25_000;

class VerdictBody {
  @IsUUID()
  askId!: string;

  @ApiProperty({ enum: signInVerdicts })
  @IsIn(signInVerdicts)
  verdict!: DirectoryVerdict;
}

/** Where agents hear of people who sign in with the directory's password. Apart from writes, which never wait for it. */
@ApiTags('agents')
@UseGuards(AgentGuard)
@Controller('api/v1/agent/sign-ins')
export class AgentSignInsController implements OnModuleDestroy {
  readonly #stopped = new AbortController();
  readonly #polls = new OpenPolls();

  constructor(
    private readonly asks: SignInAsks,
    private readonly clock: Clock,
  ) {}

  /** Answers with a question as soon as there is one, or without after at most 25 s. */
  @Get()
  async poll(@AskedBy() { agentId, tenantId }: AgentState, @Req() { raw }: FastifyRequest) {
    const gone = new AbortController();
    const end = (): void => gone.abort();
    raw.socket.once('close', end);
    try {
      const ask = await this.#polls.hold(agentId, (replaced) =>
        this.asks.take(
          tenantId,
          AbortSignal.any([gone.signal, this.#stopped.signal, replaced, AbortSignal.timeout(holdMs)]),
        ),
      );
      return { now: this.clock.now().toISOString(), ask: ask ?? null };
    } finally {
      raw.socket.off('close', end);
    }
  }

  /** Whoever waits is told at once that there is nothing: the process ends. */
  onModuleDestroy(): void {
    this.#stopped.abort();
  }

  @Post()
  @HttpCode(200)
  async answer(@AskedBy() { tenantId }: AgentState, @Body() { askId, verdict }: VerdictBody) {
    await this.asks.answer(tenantId, askId, verdict);
    return { now: this.clock.now().toISOString() };
  }
}
