// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { Decider } from '../decider.js';
import type { Instant } from '../time.js';

interface Month {
  tenantId: string;
  /** `yyyy-mm`, UTC */
  month: string;
}

interface Events {
  /** Messages and calls that may be sent now. Those a process did not send before it ended count as sent. */
  TelecomReserved: Month & { reservationId: string; units: number; reserved: number; budget: number; at: Instant };
  /** Most of the month's budget is reserved: administrators are to be told. */
  TelecomBudgetLow: Month & { reserved: number; budget: number; at: Instant };
  TelecomWarningCarried: Month & { told: number; at: Instant };
  /** Somebody wanted to send, and the month's budget was used up; noted once for each budget. */
  TelecomBudgetExhausted: Month & { budget: number; at: Instant };
}

export type TelecomEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];

export interface TelecomState {
  /** Messages and calls of this month, sent or about to be. */
  readonly reserved: number;
  /** The budget that was said to be low or used up: a changed one is said anew. */
  readonly lowAt: number | null;
  readonly exhaustedAt: number | null;
  /** The warning is not carried to the administrators yet. */
  readonly warning: { readonly reserved: number; readonly budget: number } | null;
}

export type TelecomCommand =
  | {
      readonly type: 'ReserveTelecom';
      readonly data: Month & { reservationId: string; budget: number; now: Instant };
    }
  | { readonly type: 'CarryTelecomWarning'; readonly data: Month & { told: number; now: Instant } };

/** One tenant's messages and calls in one calendar month, on the stream `telecom-<tenantId>-<yyyy-mm>`. */
export const telecom: Decider<TelecomCommand, TelecomEvent, TelecomState> = {
  category: 'telecom',
  initial: { reserved: 0, lowAt: null, exhaustedAt: null, warning: null },
  decide({ type, data }, state) {
    const { tenantId, month, now: at } = data;
    if (type === 'CarryTelecomWarning') {
      return state.warning ? [{ type: 'TelecomWarningCarried', data: { tenantId, month, told: data.told, at } }] : [];
    }
    const { reservationId, budget } = data;
    const units = blockOf(budget, state.reserved);
    if (units === 0) {
      if (state.exhaustedAt === budget) return [];
      return [{ type: 'TelecomBudgetExhausted', data: { tenantId, month, budget, at } }];
    }
    const reserved = state.reserved + units;
    const taken: TelecomEvent = {
      type: 'TelecomReserved',
      data: { tenantId, month, reservationId, units, reserved, budget, at },
    };
    if (reserved < budget * lowFrom || state.lowAt === budget) return [taken];
    return [taken, { type: 'TelecomBudgetLow', data: { tenantId, month, reserved, budget, at } }];
  },
  evolve(state, { type, data }) {
    switch (type) {
      case 'TelecomReserved':
        return { ...state, reserved: data.reserved };
      case 'TelecomBudgetLow':
        return { ...state, lowAt: data.budget, warning: { reserved: data.reserved, budget: data.budget } };
      case 'TelecomWarningCarried':
        return { ...state, warning: null };
      case 'TelecomBudgetExhausted':
        return { ...state, exhaustedAt: data.budget };
    }
  },
};

/** A hundredth of the budget at a time, and one by one towards its end: a crash costs little, a stream stays short. */
const blockOf = (budget: number, reserved: number): number => {
  const left = Math.max(0, budget - reserved);
  return Math.min(left, Math.max(1, Math.min(Math.floor(budget / 100), Math.ceil(left / 10))));
};

/** The share of the budget from which on it is low. */
const lowFrom = 0.8;

export const monthOf = (at: Instant): string => at.slice(0, 7);
