import { Injectable } from '@nestjs/common';
import { RuleViolation } from '#libs/domain/decider';
import type { Throttled } from '#libs/domain/throttle/throttle.events';
import { minutes } from '#libs/domain/time';
import { RateLimiter, type Allowance } from '#libs/runtime/rate-limiter';
import { ThrottleLog } from './throttle-log.js';

/** Advisory limits per source and per address; what must never be exceeded is reserved in the log instead. */
const allowances = {
  start: { limit: 30, windowMs: minutes(10) },
  captcha: { limit: 60, windowMs: minutes(10) },
  'sign-in': { limit: 60, windowMs: minutes(10) },
  'second-factor': { limit: 5, windowMs: minutes(10) },
  'prove-password': { limit: 10, windowMs: minutes(10) },
  reveal: { limit: 30, windowMs: minutes(10) },
  'offer-pairing': { limit: 10, windowMs: minutes(10) },
  'pair-device': { limit: 20, windowMs: minutes(10) },
  'find-user': { limit: 100, windowMs: minutes(10) },
  enrol: { limit: 10, windowMs: minutes(10) },
} as const satisfies Record<Throttled, Allowance>;

@Injectable()
export class Throttle {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly log: ThrottleLog,
  ) {}

  /** @throws RuleViolation rate-limited with `retryAfterMs` */
  async source(what: Throttled, source: string): Promise<void> {
    const verdict = await this.limiter.hit(`${what}:${source}`, allowances[what]);
    if (verdict.allowed) return;
    this.log.note(what, source);
    throw new RuleViolation('rate-limited', { retryAfterMs: verdict.retryAfterMs });
  }

  /** Tries to prove the current password in one session: whoever found it open may not guess. @throws RuleViolation rate-limited */
  async provingPassword(sessionId: string): Promise<void> {
    await this.source('prove-password', sessionId);
  }

  /** Codes sent to one account. @throws RuleViolation cool-down with `retryAfterMs` */
  async sending(channel: string, accountId: string, limit: number): Promise<void> {
    const verdict = await this.limiter.hit(`send:${channel}:${accountId}`, { limit, windowMs: minutes(10) });
    if (!verdict.allowed) throw new RuleViolation('cool-down', { retryAfterMs: verdict.retryAfterMs });
  }
}
