import { Injectable } from '@nestjs/common';
import { phoneNumber, prefixOf } from '#libs/channels/telecom/phone-number';
import { RuleViolation } from '#libs/domain/decider';
import { isCall } from '#libs/domain/tenant/in-force';
import type { Limits, Policy } from '#libs/domain/tenant/policy';
import { sendingWindows } from '#libs/domain/throttle/sendings';
import { hours, minutes } from '#libs/domain/time';
import { RateLimiter, type Allowance } from '#libs/runtime/rate-limiter';
import { Tokens } from '../tokens.js';
import { TelecomBudget } from './telecom-budget.js';

export interface Sending {
  readonly tenantId: string;
  readonly channel: 'sms' | 'voice';
  /** As it is kept; any number of the right country stands for a decoy's, which has a name of its own. */
  readonly number: string;
  readonly decoy?: string;
  /** Whose session asks, and for what: nobody has a tenant pay for messages to any number of numbers. */
  readonly by?: { readonly accountId: string; readonly purpose: 'registration' | 'step-up' };
  /** Asked for from an unfamiliar source in a recovery that proved nothing. */
  readonly stranger?: boolean;
}

/** Whether a message or call may be sent now: where to, how often, and whether the month still pays for it. */
@Injectable()
export class PhoneLimits {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly tokens: Tokens,
    private readonly budget: TelecomBudget,
  ) {}

  /**
   * @param policy as it is in force now: what was offered earlier may not be paid for any more
   * @throws RuleViolation method-not-available, country-not-allowed, telecom-budget-exhausted, or cool-down with
   *   `retryAfterMs`
   */
  async admit(sending: Sending, limits: Limits, policy: Policy): Promise<void> {
    const { tenantId, channel, number, decoy, by, stranger } = sending;
    if (channel === 'voice' && !policy.methods.some(isCall)) throw new RuleViolation('method-not-available');
    const parsed = phoneNumber(number);
    if (!parsed || !policy.telecom.countries.includes(parsed.country)) throw new RuleViolation('country-not-allowed');
    if (await this.budget.isUsedUp(tenantId)) throw new RuleViolation('telecom-budget-exhausted');
    const name = this.tokens.phone(decoy ?? parsed.e164);
    const prefix = this.tokens.phone(decoy ?? prefixOf(parsed.e164));
    // Whoever claims a number uses up nothing of what its owner needs to recover.
    const claimed = by?.purpose === 'registration' ? `registering:${name}` : name;
    const own = by ? accountAllowances(channel, by.accountId, limits) : [];
    const windows = sendingWindows(channel, limits).map(({ of, name: window, ...allowance }): Counted => [
      of === 'prefix' ? `${channel}:prefix:${tenantId}:${prefix}` : `${channel}:${window}:${claimed}`,
      allowance,
    ]);
    const verdict = await this.limiter.hitAll([...own, ...windows], stranger ? 'stranger' : undefined);
    if (!verdict.allowed) throw new RuleViolation('cool-down', { retryAfterMs: verdict.retryAfterMs });
  }
}

type Counted = readonly [key: string, Allowance];

/** What one session's owner may ask for, whichever numbers it goes to. */
function accountAllowances(channel: Sending['channel'], accountId: string, limits: Limits): readonly Counted[] {
  const own = (window: string): string => `${channel}:account:${window}:${accountId}`;
  if (channel === 'voice') return [[own('day'), { limit: 2 * limits.callsPerDay, windowMs: hours(24) }]];
  return [
    [own('10-minutes'), { limit: limits.smsPer10Minutes, windowMs: minutes(10) }],
    [own('day'), { limit: limits.smsPerDayPerNumber, windowMs: hours(24) }],
  ];
}
