import { react as onAccount } from './account/account.reactions.js';
import type { AccountEvent } from './account/account.events.js';
import type { Category, KeyturnEvent } from './events.js';
import type { Job, Origin } from './jobs.js';
import { react as onRecovery } from './recovery/recovery.reactions.js';
import type { RecoveryEvent } from './recovery/recovery.events.js';

/** Categories whose events ask something of the outside: what the reactor subscribes to. */
export const reacting = ['account', 'recovery'] as const satisfies readonly Category[];

/** What the outside must do because of this event. */
export function react(category: Category, event: KeyturnEvent, origin: Origin): readonly Job[] {
  switch (category) {
    case 'account':
      return onAccount(event as AccountEvent, origin);
    case 'recovery':
      return onRecovery(event as RecoveryEvent);
    default:
      return [];
  }
}
