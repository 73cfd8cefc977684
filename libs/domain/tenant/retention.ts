import { days, hours } from '../time.js';
import type { Policy } from './policy.js';

/**
 * Notices to an address that was replaced are tried for three days, and their reader may say "this was not me" as long: a day
 * more, and nothing that is still wanted is gone.
 */
export const leastRetentionDays = 4;

/**
 * How long what was superseded is kept, in milliseconds: never less than a new contact waits before it may recover. An earlier
 * release took fewer days than the least, which count as the least.
 */
export const keptForMs = ({ retentionDays, limits }: Pick<Policy, 'retentionDays' | 'limits'>): number =>
  Math.max(days(Math.max(retentionDays, leastRetentionDays)), hours(limits.coolingOffHours));
