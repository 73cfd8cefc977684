import type { Named } from '../account/part.js';
import type { Decider } from '../decider.js';
import { offices, type OfficeCommands } from './administrators.js';
import { groups, type GroupCommands } from './groups.js';
import { settings, type SettingsCommands } from './settings.js';
import type { TenantEvent } from './tenant.events.js';
import { initial, type TenantState } from './tenant.state.js';

export type { TenantState } from './tenant.state.js';

interface Commands extends SettingsCommands, GroupCommands, OfficeCommands {}
export type TenantCommand = Named<Commands>;

const rules: { readonly [C in TenantCommand as C['type']]: (data: C['data'], state: TenantState) => Events } = {
  ...settings.decide,
  ...groups.decide,
  ...offices.decide,
};

const folds: { readonly [E in TenantEvent as E['type']]: (state: TenantState, data: E['data']) => TenantState } = {
  ...settings.evolve,
  ...groups.evolve,
  ...offices.evolve,
};

export const tenant: Decider<TenantCommand, TenantEvent, TenantState> = {
  category: 'tenant',
  initial,
  decide: ({ type, data }, state) => (rules[type] as (data: object, state: TenantState) => Events)(data, state),
  evolve: (state, { type, data }) => (folds[type] as (state: TenantState, data: object) => TenantState)(state, data),
};

type Events = readonly TenantEvent[];
