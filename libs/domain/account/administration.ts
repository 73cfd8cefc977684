import type { Instant } from '../time.js';
import type { AccountEvent } from './account.events.js';
import type { AccountState } from './account.state.js';
import { existing, type Language, type Role } from './lifecycle.js';
import type { Part } from './part.js';

/** What an administrator decides about somebody; what is left out stays. */
export interface Administered {
  readonly disabled?: boolean;
  readonly roles?: readonly Role[];
  readonly licensed?: boolean;
  readonly language?: Language;
  readonly groups?: readonly string[];
}

export interface AdministrationCommands {
  /** All of it at once or nothing. */
  AdministerAccount: Administered & { now: Instant };
  JoinGroup: { groupId: string; now: Instant };
  LeaveGroup: { groupId: string; now: Instant };
}

export interface AdministrationEvents {
  /** Roles decide how many gates a recovery needs: one begun before is stale, and sessions end. */
  RolesChanged: { accountId: string; old: readonly Role[]; roles: readonly Role[]; epoch: number; at: Instant };
  LicenceAssigned: { accountId: string; at: Instant };
  LicenceRemoved: { accountId: string; at: Instant };
  LanguageChanged: { accountId: string; language: Language; at: Instant };
  GroupJoined: { accountId: string; groupId: string; at: Instant };
  GroupLeft: { accountId: string; groupId: string; at: Instant };
}

export interface Standing {
  /** When the roles were last changed: what was opened before does not carry them. */
  readonly rolesChangedAt: Instant | null;
}

export const noStanding: Standing = { rolesChangedAt: null };

export const administration: Part<AdministrationCommands, AdministrationEvents> = {
  decide: {
    AdministerAccount({ now: at, ...wanted }, state) {
      const accountId = existing(state);
      return [
        ...switched(wanted, state, accountId, at),
        ...regrouped(wanted.groups ?? state.groups, state, accountId, at),
      ];
    },
    JoinGroup({ groupId, now: at }, state) {
      return regrouped([...state.groups, groupId], state, existing(state), at);
    },
    LeaveGroup({ groupId, now: at }, state) {
      return regrouped(
        state.groups.filter((group) => group !== groupId),
        state,
        existing(state),
        at,
      );
    },
  },
  evolve: {
    RolesChanged: (state, { roles, epoch, at }) => ({ ...state, roles, epoch, rolesChangedAt: at }),
    LicenceAssigned: (state) => ({ ...state, licensed: true }),
    LicenceRemoved: (state) => ({ ...state, licensed: false }),
    LanguageChanged: (state, { language }) => ({ ...state, language }),
    GroupJoined: (state, { groupId }) => ({ ...state, groups: [...new Set([...state.groups, groupId])] }),
    GroupLeft: (state, { groupId }) => ({ ...state, groups: state.groups.filter((group) => group !== groupId) }),
  },
};

function switched(wanted: Administered, state: AccountState, accountId: string, at: Instant): AccountEvent[] {
  const events: AccountEvent[] = [];
  let { epoch } = state;
  const { disabled, roles, licensed, language } = wanted;
  if (disabled !== undefined && (disabled !== state.disabled || (disabled && state.disabledByDirectory))) {
    events.push({ type: disabled ? 'AccountDisabled' : 'AccountEnabled', data: { accountId, epoch: ++epoch, at } });
  }
  if (roles && !sameRoles(roles, state.roles)) {
    events.push({ type: 'RolesChanged', data: { accountId, old: state.roles, roles, epoch: ++epoch, at } });
  }
  if (licensed !== undefined && licensed !== state.licensed) {
    events.push({ type: licensed ? 'LicenceAssigned' : 'LicenceRemoved', data: { accountId, at } });
  }
  if (language && language !== state.language)
    events.push({ type: 'LanguageChanged', data: { accountId, language, at } });
  return events;
}

function regrouped(wanted: readonly string[], state: AccountState, accountId: string, at: Instant): AccountEvent[] {
  const joined = [...new Set(wanted)].filter((group) => !state.groups.includes(group));
  const left = state.groups.filter((group) => !wanted.includes(group));
  return [
    ...joined.map((groupId) => ({ type: 'GroupJoined' as const, data: { accountId, groupId, at } })),
    ...left.map((groupId) => ({ type: 'GroupLeft' as const, data: { accountId, groupId, at } })),
  ];
}

const sameRoles = (some: readonly Role[], others: readonly Role[]): boolean =>
  [...some].sort().join() === [...others].sort().join();
