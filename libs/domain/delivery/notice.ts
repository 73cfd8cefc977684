import type { Decider } from '../decider.js';
import type { Instant } from '../time.js';
import {
  attempt,
  evolveDelivery,
  record,
  waiting,
  type DeliveryCommand,
  type DeliveryEvent,
  type DeliveryState,
} from './delivery.js';

interface NoticeState {
  readonly delivery: DeliveryState | null;
  readonly firstTriedAt: Instant | null;
}

export type NoticeCommand = {
  [T in DeliveryCommand['type']]: {
    readonly type: T;
    readonly data: Extract<DeliveryCommand, { type: T }>['data'] & { expiresAt: Instant };
  };
}[DeliveryCommand['type']];

/** Delivery of one notice; it was requested on the account's stream, in the same append as its cause. */
export const notice: Decider<NoticeCommand, DeliveryEvent, NoticeState> = {
  category: 'notice',
  initial: { delivery: null, firstTriedAt: null },
  decide({ type, data }, { delivery }) {
    const current = delivery ?? waiting(data.deliveryId);
    return type === 'AttemptDelivery' ? attempt(current, data, data.expiresAt) : record(current, data, data.expiresAt);
  },
  evolve: (state, event) => ({
    delivery: evolveDelivery(state.delivery ?? waiting(event.data.deliveryId), event),
    firstTriedAt: state.firstTriedAt ?? event.data.at,
  }),
};
