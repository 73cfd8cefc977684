import { RuleViolation } from '../decider.js';
import type { Instant } from '../time.js';
import { existing } from './existing.js';
import type { Part } from './part.js';

/**
 * Who is a global administrator stands on the accounts. That there always is one is a rule of the tenant, so leaving that
 * office goes through its stream: two who dismiss each other at once meet here.
 */
export interface Offices {
  /** Accounts that were dismissed and not appointed again. */
  readonly dismissed: readonly string[];
}

export interface OfficeCommands {
  /** `others`: accounts that hold the office beside this one, as far as anybody knows. */
  DismissAdministrator: { accountId: string; others: readonly string[]; now: Instant };
  AppointAdministrator: { accountId: string; now: Instant };
}

export interface OfficeEvents {
  AdministratorDismissed: { tenantId: string; accountId: string; at: Instant };
  AdministratorAppointed: { tenantId: string; accountId: string; at: Instant };
}

export const noOffice: Offices = { dismissed: [] };

export const offices: Part<OfficeCommands, OfficeEvents> = {
  decide: {
    DismissAdministrator({ accountId, others, now: at }, state) {
      const tenantId = existing(state);
      if (state.dismissed.includes(accountId)) return [];
      const remaining = others.filter((other) => other !== accountId && !state.dismissed.includes(other));
      if (remaining.length === 0) throw new RuleViolation('last-administrator');
      return [{ type: 'AdministratorDismissed', data: { tenantId, accountId, at } }];
    },
    AppointAdministrator({ accountId, now: at }, state) {
      const tenantId = existing(state);
      if (!state.dismissed.includes(accountId)) return [];
      return [{ type: 'AdministratorAppointed', data: { tenantId, accountId, at } }];
    },
  },
  evolve: {
    AdministratorDismissed: (state, { accountId }) => ({ ...state, dismissed: [...state.dismissed, accountId] }),
    AdministratorAppointed: (state, { accountId }) => ({
      ...state,
      dismissed: state.dismissed.filter((one) => one !== accountId),
    }),
  },
};
