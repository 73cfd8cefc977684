import { RuleViolation, type Decider } from '../decider.js';
import { isBefore, minutes, type Instant } from '../time.js';

interface Offer {
  /** The id that the device will have; made from the pairing code under a key, so that the code finds it. */
  deviceId: string;
  accountId: string;
  tenantId: string;
  /** The account's at that moment: whatever raises it ends the offer. */
  epoch: number;
  expiresAt: Instant;
}

interface Events {
  /** Somebody signed in may pair one device with this code until it expires. */
  PairingOffered: Offer & { at: Instant };
  PairingUsed: { deviceId: string; accountId: string; at: Instant };
}

export type PairingEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];

export interface PairingState {
  readonly offer: Readonly<Offer> | null;
  readonly used: boolean;
}

export type PairingCommand =
  | { readonly type: 'OfferPairing'; readonly data: Readonly<Offer> & { readonly now: Instant } }
  | { readonly type: 'UsePairing'; readonly data: { readonly now: Instant } };

/** How long a pairing code is good for, in milliseconds. */
export const pairingLifetimeMs = minutes(10);

/** One pairing code: offered to somebody signed in, used by one device. */
export const pairing: Decider<PairingCommand, PairingEvent, PairingState> = {
  category: 'pairing',
  initial: { offer: null, used: false },
  decide({ type, data }, { offer, used }) {
    if (type === 'OfferPairing') {
      if (offer) throw new RuleViolation('pairing-invalid');
      const { now: at, ...offered } = data;
      return [{ type: 'PairingOffered', data: { ...offered, at } }];
    }
    if (!offer || used || !isBefore(data.now, offer.expiresAt)) throw new RuleViolation('pairing-invalid');
    const { deviceId, accountId } = offer;
    return [{ type: 'PairingUsed', data: { deviceId, accountId, at: data.now } }];
  },
  evolve(state, { type, data }) {
    switch (type) {
      case 'PairingOffered': {
        const { at: _, ...offer } = data;
        return { ...state, offer };
      }
      case 'PairingUsed':
        return { ...state, used: true };
    }
  },
};
