import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { sameText } from '#libs/commands/same-text';
import { RuleViolation } from '#libs/domain/decider';
import { isLoopback } from '#libs/runtime/settings';
import { bearerOf } from '../caller.decorator.js';

/** Who may read metrics: whoever has the token, or where there is none, programs of this machine. */
export class MetricsAccess {
  constructor(readonly token: string | undefined) {}
}

@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(private readonly access: MetricsAccess) {}

  /** @throws RuleViolation metrics-token-invalid */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { token } = this.access;
    const allowed = token === undefined ? isFromHere(request) : sameText(bearerOf(request) ?? '', token);
    if (!allowed) throw new RuleViolation('metrics-token-invalid');
    return true;
  }
}

/** What a proxy of this machine passes on comes from elsewhere. */
function isFromHere({ ip, headers }: FastifyRequest): boolean {
  const forwarded = Object.keys(headers).some((name) => /^(forwarded|via|x-forwarded(-.*)?|x-real-ip)$/.test(name));
  return !forwarded && isLoopback(ip.replace(/^::ffff:/, ''));
}
