import type { TenantEvent } from './tenant.events.js';
import type { TenantState } from './tenant.state.js';

/** The rules of one theme of a tenant, as `../account/part.ts` has them of an account. */
export interface Part<Commands, Events> {
  readonly decide: {
    readonly [T in keyof Commands]: (data: Readonly<Commands[T]>, state: TenantState) => readonly TenantEvent[];
  };
  readonly evolve: {
    readonly [T in keyof Events]: (state: TenantState, data: Readonly<Events[T]>) => TenantState;
  };
}
