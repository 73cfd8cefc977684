import type { Decider } from '../decider.js';
import type { Instant } from '../time.js';
import {
  attempt,
  evolveDelivery,
  receive,
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

type Try = Exclude<DeliveryCommand['type'], 'ReceiveReceipt'>;

export type NoticeCommand =
  | {
      [T in Try]: {
        readonly type: T;
        readonly data: Extract<DeliveryCommand, { type: T }>['data'] & { expiresAt: Instant };
      };
    }[Try]
  | Extract<DeliveryCommand, { type: 'ReceiveReceipt' }>;

/** Delivery of one notice; it was requested on the account's stream, in the same append as its cause. */
export const notice: Decider<NoticeCommand, DeliveryEvent, NoticeState> = {
  category: 'notice',
  initial: { delivery: null, firstTriedAt: null },
  decide({ type, data }, { delivery }) {
    const current = delivery ?? waiting(data.deliveryId);
    switch (type) {
      case 'AttemptDelivery':
        return attempt(current, data, data.expiresAt);
      case 'RecordDelivery':
        return record(current, data, data.expiresAt);
      case 'ReceiveReceipt':
        return receive(current, data);
    }
  },
  evolve: (state, event) => ({
    delivery: evolveDelivery(state.delivery ?? waiting(event.data.deliveryId), event),
    firstTriedAt: state.firstTriedAt ?? event.data.at,
  }),
};
