import type { Instant } from '../time.js';
import { existing } from './lifecycle.js';
import type { Part } from './part.js';

/** Addresses that a mail came back from. */
export interface Bounces {
  /** by the contact's vault reference: since when */
  readonly bouncing: Readonly<Record<string, Instant>>;
}

interface Bounced {
  contactRef: string;
  deliveryId: string;
  /** RFC 3463 */
  status: string;
}

export interface BounceCommands {
  NoteBounce: Bounced & { now: Instant };
}

export interface BounceEvents {
  /** Said once for each address: the delivery's own stream tells of every mail. */
  ContactBounced: Bounced & { accountId: string; at: Instant };
}

export const noBounces: Bounces = { bouncing: {} };

export const bounces: Part<BounceCommands, BounceEvents> = {
  decide: {
    NoteBounce({ now: at, ...bounced }, state) {
      const registered = state.methods.some(({ contact }) => contact.ref === bounced.contactRef);
      if (!registered || state.bouncing[bounced.contactRef] !== undefined) return [];
      return [{ type: 'ContactBounced', data: { accountId: existing(state), ...bounced, at } }];
    },
  },
  evolve: {
    ContactBounced: (state, { contactRef, at }) => ({ ...state, bouncing: { ...state.bouncing, [contactRef]: at } }),
  },
};
