import type { Instant } from '../time.js';
import type { AccountEvent } from './account.events.js';
import type { AccountState } from './account.state.js';
import { existing } from './lifecycle.js';
import type { NoticeTemplate } from './notices.js';
import type { Part } from './part.js';

/**
 * Something about this account that the tenant's administrators must hear. It is asked for here, in the same append as its
 * cause; each administrator's notice is then requested on their own stream.
 */
export interface Alert {
  readonly alertId: string;
  readonly template: NoticeTemplate;
  readonly facts?: Readonly<Record<string, string>>;
  /** Of all alerts with this id, whosesoever they are, administrators hear one. */
  readonly once?: string;
}

export interface Alerts {
  /** Not carried to the administrators yet. */
  readonly alerts: readonly string[];
}

export interface AlertCommands {
  RaiseAlert: Alert & { now: Instant };
  /** `told`: administrators whose notices were requested. */
  CarryAlert: { alertId: string; told: number; now: Instant };
}

export interface AlertEvents {
  AlertRaised: Alert & { accountId: string; tenantId: string; at: Instant };
  AlertCarried: { accountId: string; alertId: string; told: number; at: Instant };
}

export const noAlerts: Alerts = { alerts: [] };

export const alerts: Part<AlertCommands, AlertEvents> = {
  decide: {
    RaiseAlert({ now: at, ...alert }, state) {
      existing(state);
      return raised([alert], state, at);
    },
    CarryAlert({ alertId, told, now: at }, state) {
      if (!state.alerts.includes(alertId)) return [];
      return [{ type: 'AlertCarried', data: { accountId: existing(state), alertId, told, at } }];
    },
  },
  evolve: {
    AlertRaised: (state, { alertId }) => ({ ...state, alerts: [...state.alerts, alertId] }),
    AlertCarried: (state, { alertId }) => ({ ...state, alerts: state.alerts.filter((open) => open !== alertId) }),
  },
};

export const raised = (wanted: readonly Alert[], { accountId, tenantId }: AccountState, at: Instant): AccountEvent[] =>
  wanted.map((alert) => ({ type: 'AlertRaised', data: { ...alert, accountId: accountId!, tenantId, at } }));
