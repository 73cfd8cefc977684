import { Controller, Get, Header, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { MetricsGuard } from './metrics.guard.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

@ApiTags('operations')
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  live() {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const parts = await this.readiness.check();
    const ready = Object.values(parts).every((state) => state === 'ready');
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not-ready', parts };
  }

  /** With the token of `KEYTURN_METRICS_TOKEN`; without that setting, for programs of this machine. */
  @Get('metrics')
  @UseGuards(MetricsGuard)
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  prometheus(): Promise<string> {
    return this.metrics.text();
  }
}
