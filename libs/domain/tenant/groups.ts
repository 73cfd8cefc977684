import { RuleViolation } from '../decider.js';
import type { Instant } from '../time.js';
import { existing } from './existing.js';
import type { Part } from './part.js';
import type { Settings } from './settings.js';

export interface Group {
  readonly name: string;
  /** Groups of which its members are members as well. */
  readonly within: readonly string[];
}

/** Who is in a group stands on the accounts; which groups there are, and which holds which, on the tenant. */
export interface Groups {
  readonly groups: Readonly<Record<string, Group>>;
  /** Ids that were given before: whoever was in such a group is not in a later one of the same name. */
  readonly formerGroups: readonly string[];
}

export interface GroupCommands {
  CreateGroup: { name: string; now: Instant };
  RenameGroup: { groupId: string; name: string; now: Instant };
  /** Members of `groupId` are members of `within` from now on. */
  NestGroup: { groupId: string; within: string; now: Instant };
  UnnestGroup: { groupId: string; within: string; now: Instant };
  /** `confirm`: the group's name, typed by whoever deletes it. */
  DeleteGroup: { groupId: string; confirm: string | undefined; now: Instant };
}

export interface GroupEvents {
  GroupCreated: { tenantId: string; groupId: string; name: string; at: Instant };
  GroupRenamed: { tenantId: string; groupId: string; name: string; at: Instant };
  GroupNested: { tenantId: string; groupId: string; within: string; at: Instant };
  GroupUnnested: { tenantId: string; groupId: string; within: string; at: Instant };
  GroupDeleted: { tenantId: string; groupId: string; at: Instant };
}

export const noGroups: Groups = { groups: {}, formerGroups: [] };

type Catalogue = Groups & Pick<Settings, 'policy'>;

const most = 5_000;

export const groups: Part<GroupCommands, GroupEvents> = {
  decide: {
    CreateGroup({ name: typed, now: at }, state) {
      const tenantId = existing(state);
      const name = freeName(typed, state);
      if (Object.keys(state.groups).length >= most) throw new RuleViolation('too-many-groups', { most });
      return [{ type: 'GroupCreated', data: { tenantId, groupId: freeId(name, state), name, at } }];
    },
    RenameGroup({ groupId, name: typed, now: at }, state) {
      const tenantId = existing(state);
      const group = known(groupId, state);
      const name = freeName(typed, state, groupId);
      return name === group.name ? [] : [{ type: 'GroupRenamed', data: { tenantId, groupId, name, at } }];
    },
    NestGroup({ groupId, within, now: at }, state) {
      const tenantId = existing(state);
      const group = known(groupId, state);
      known(within, state);
      if (group.within.includes(within)) return [];
      if (around(within, state).has(groupId)) throw new RuleViolation('group-cycle', { groupId, within });
      return [{ type: 'GroupNested', data: { tenantId, groupId, within, at } }];
    },
    UnnestGroup({ groupId, within, now: at }, state) {
      const tenantId = existing(state);
      if (!known(groupId, state).within.includes(within)) return [];
      return [{ type: 'GroupUnnested', data: { tenantId, groupId, within, at } }];
    },
    DeleteGroup({ groupId, confirm, now: at }, state) {
      const tenantId = existing(state);
      const { name } = known(groupId, state);
      if (state.policy.groups.includes(groupId)) throw new RuleViolation('group-in-use', { groupId });
      if (confirm !== name) throw new RuleViolation('confirmation-required', { name });
      return [{ type: 'GroupDeleted', data: { tenantId, groupId, at } }];
    },
  },
  evolve: {
    GroupCreated: (state, { groupId, name }) => withGroup(state, groupId, { name }),
    GroupRenamed: (state, { groupId, name }) => withGroup(state, groupId, { name }),
    GroupNested: (state, { groupId, within }) =>
      withGroup(state, groupId, { within: [...new Set([...(groupOf(groupId, state)?.within ?? []), within])] }),
    GroupUnnested: (state, { groupId, within }) =>
      withGroup(state, groupId, { within: (groupOf(groupId, state)?.within ?? []).filter((id) => id !== within) }),
    GroupDeleted: (state, { groupId }) => ({
      ...state,
      groups: Object.fromEntries(
        Object.entries(state.groups)
          .filter(([id]) => id !== groupId)
          .map(([id, group]) => [id, { ...group, within: group.within.filter((outer) => outer !== groupId) }]),
      ),
      formerGroups: [...state.formerGroups, groupId],
    }),
  },
};

/** A group that the policy names is there from then on, whether or not anybody made it: an import brings its own. */
export function withNamed<S extends Catalogue>(state: S): S {
  const { groups: made, formerGroups, policy } = state;
  const named = policy.groups.filter((id) => !Object.hasOwn(made, id) && !formerGroups.includes(id));
  if (named.length === 0) return state;
  return { ...state, groups: { ...made, ...Object.fromEntries(named.map((id) => [id, { name: id, within: [] }])) } };
}

/** The groups whose members may reset: those the policy names, and all that lie within them at any depth. */
export function enabledGroups(state: Catalogue): ReadonlySet<string> {
  const known = remembered.get(state);
  if (known) return known;
  const enabled = new Set(state.policy.groups);
  for (const id of Object.keys(state.groups)) {
    const outer = around(id, state);
    if (state.policy.groups.some((named) => outer.has(named))) enabled.add(id);
  }
  remembered.set(state, enabled);
  return enabled;
}

/** Per state of a tenant, which is never changed, only replaced. */
const remembered = new WeakMap<object, ReadonlySet<string>>();

/** @throws RuleViolation group-unknown */
export function known(groupId: string, state: Groups): Group {
  const group = groupOf(groupId, state);
  if (!group) throw new RuleViolation('group-unknown', { groupId });
  return group;
}

const groupOf = (groupId: string, { groups: made }: Groups): Group | undefined =>
  Object.hasOwn(made, groupId) ? made[groupId] : undefined;

/** This group and all that it lies within, at any depth. */
function around(groupId: string, { groups: made }: Groups): Set<string> {
  const found = new Set<string>();
  const waiting = [groupId];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...(made[id]?.within ?? []));
  }
  return found;
}

const withGroup = <S extends Groups>(state: S, groupId: string, changes: Partial<Group>): S => ({
  ...state,
  groups: {
    ...state.groups,
    [groupId]: { ...(groupOf(groupId, state) ?? { name: groupId, within: [] }), ...changes },
  },
});

function freeName(typed: string, state: Groups, except?: string): string {
  const name = typed.normalize('NFC').trim();
  const length = [...name].length;
  if (length < 1 || length > 100 || /[\p{Cc}\p{Cs}]/u.test(name)) {
    throw new RuleViolation('invalid-request', { field: 'name' });
  }
  const taken = Object.entries(state.groups).some(
    ([id, other]) => id !== except && folded(other.name) === folded(name),
  );
  if (taken) throw new RuleViolation('group-name-taken', { name });
  return name;
}

const folded = (name: string): string => name.normalize('NFKC').toLowerCase();

/** Readable where the name allows it, and never one that was given before. */
function freeId(name: string, state: Groups): string {
  const words = folded(name).match(/[a-z0-9]+/g);
  const wish = words?.join('-').slice(0, 64) ?? 'group';
  const given = new Set([...Object.keys(state.groups), ...state.formerGroups]);
  for (let n = 1; ; n++) {
    const id = n === 1 ? wish : `${wish}-${n}`;
    if (!given.has(id)) return id;
  }
}
