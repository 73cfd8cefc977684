import { Injectable } from '@nestjs/common';
import { RuleViolation } from '#libs/domain/decider';
import { isStranger, strangersHalf, type Asking } from '#libs/domain/throttle/sendings';
import type { Throttled } from '#libs/domain/throttle/throttle.events';
import type { Policy } from '#libs/domain/tenant/policy';
import { minutes } from '#libs/domain/time';
import { isWithin } from '#libs/runtime/client-address';
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

type StartLimits = Pick<Policy, 'officeRanges'> & { readonly limits: Pick<Policy['limits'], 'startsPer10Minutes'> };

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

  /**
   * Recoveries started by one source; ten times as many from a tenant's own offices, where many people share an address.
   * @throws RuleViolation rate-limited with `retryAfterMs`
   */
  async starting(address: string, source: string, { limits, officeRanges }: StartLimits): Promise<void> {
    const limit = limits.startsPer10Minutes * (isWithin(address, officeRanges) ? 10 : 1);
    const verdict = await this.limiter.hit(`start:${source}`, { ...allowances.start, limit });
    if (verdict.allowed) return;
    this.log.note('start', source);
    throw new RuleViolation('rate-limited', { retryAfterMs: verdict.retryAfterMs });
  }

  /** Tries to prove the current password in one session: whoever found it open may not guess. @throws RuleViolation rate-limited */
  async provingPassword(sessionId: string): Promise<void> {
    await this.source('prove-password', sessionId);
  }

  /**
   * Codes sent to one account: as many from familiar sources as from all others together, of which strangers who proved
   * nothing may ask for half. So nobody uses up what its owner needs, at home or anywhere else.
   * @throws RuleViolation cool-down with `retryAfterMs`
   */
  async sending(channel: string, accountId: string, limit: number, { familiar, proven }: Asking): Promise<void> {
    const key = `send:${channel}:${accountId}${familiar ? ':familiar' : ''}`;
    const allowance = { limit, strangers: strangersHalf(limit), windowMs: minutes(10) };
    const stranger = channel === 'email' && isStranger({ familiar, proven });
    const verdict = await this.limiter.hit(key, allowance, stranger ? 'stranger' : undefined);
    if (!verdict.allowed) throw new RuleViolation('cool-down', { retryAfterMs: verdict.retryAfterMs });
  }
}
