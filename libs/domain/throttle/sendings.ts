import type { Limits } from '../tenant/policy.js';
import { hours, minutes } from '../time.js';

/** How much of one kind may be sent within a window. */
export interface SendingWindow {
  /** What is counted together: one number's, or those of all numbers that begin alike. */
  readonly of: 'number' | 'prefix';
  readonly name: '10-minutes' | 'hour' | 'day' | 'pause';
  readonly limit: number;
  /** How many of these strangers may ask for together; the rest is the owner's. */
  readonly strangers: number;
  /** Milliseconds. */
  readonly windowMs: number;
}

/** What is known of whoever asks that something is sent. */
export interface Asking {
  /** The account signed in or recovered from this source within 90 days. */
  readonly familiar: boolean;
  /** This recovery matched a typed contact or passed a gate. */
  readonly proven: boolean;
}

/**
 * Whoever knows a user name and nothing else. They may ask for codes, where the policy wants no contact typed; they must
 * not use up what the owner needs.
 */
export const isStranger = ({ familiar, proven }: Asking): boolean => !familiar && !proven;

/** Half of what may be sent in a window, and at least one: more than nothing cannot be shared. */
export const strangersHalf = (limit: number): number => Math.max(1, Math.floor(limit / 2));

/** A call has no half of three: the last one of a day is the owner's. */
const allButOne = (limit: number): number => Math.max(1, limit - 1);

/** The windows in which text messages or calls are counted, the shortest first. */
export function sendingWindows(channel: 'sms' | 'voice', limits: Limits): readonly SendingWindow[] {
  if (channel === 'sms') {
    return [
      { of: 'number', name: '10-minutes', ...halved(limits.smsPer10Minutes), windowMs: minutes(10) },
      { of: 'prefix', name: 'hour', ...halved(limits.smsPerHourPerPrefix), windowMs: hours(1) },
      { of: 'number', name: 'day', ...halved(limits.smsPerDayPerNumber), windowMs: hours(24) },
    ];
  }
  const { callsPerDay: limit, minutesBetweenCalls } = limits;
  const day = { of: 'number', name: 'day', limit, strangers: allButOne(limit), windowMs: hours(24) } as const;
  const pause = {
    of: 'number',
    name: 'pause',
    limit: 1,
    strangers: 1,
    windowMs: minutes(minutesBetweenCalls),
  } as const;
  return minutesBetweenCalls > 0 ? [pause, day] : [day];
}

const halved = (limit: number): Pick<SendingWindow, 'limit' | 'strangers'> => ({
  limit,
  strangers: strangersHalf(limit),
});
