import { Controller, Get, Header, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answers, Refuses } from '../openapi/answers.js';
import { objectOf, oneOf, text } from '../openapi/schema.js';
import { MetricsGuard } from './metrics.guard.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

const readiness = objectOf<{ status: string; parts: Record<string, string> }>({
  status: oneOf(['ready', 'not-ready']),
  parts: { type: 'object', additionalProperties: oneOf(['ready', 'not-ready']) },
});

@ApiTags('operations')
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  @Answers(200, objectOf<{ status: string }>({ status: oneOf(['live']) }))
  live() {
    return { status: 'live' };
  }

  @Get('health/ready')
  @Answers([200, 503], readiness)
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const parts = await this.readiness.check();
    const ready = Object.values(parts).every((state) => state === 'ready');
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not-ready', parts };
  }

  /** With the token of `KEYTURN_METRICS_TOKEN`; without that setting, for programs of this machine. */
  @Get('metrics')
  @Answers(200, text, 'text/plain')
  @Refuses('metrics-token-invalid')
  @UseGuards(MetricsGuard)
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  prometheus(): Promise<string> {
    return this.metrics.text();
  }
}
