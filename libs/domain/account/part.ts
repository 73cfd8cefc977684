import type { AccountEvent } from './account.events.js';
import type { AccountState } from './account.state.js';

/** The union of `{ type, data }` over a map from names to data. */
export type Named<Shapes> = {
  [T in keyof Shapes]: { readonly type: T; readonly data: Readonly<Shapes[T]> };
}[keyof Shapes];

/**
 * The rules of one theme of an account. An account is one stream and one state, because its rules look at each other's
 * facts; its parts are files, because people look at one theme at a time.
 */
export interface Part<Commands, Events> {
  readonly decide: {
    readonly [T in keyof Commands]: (data: Readonly<Commands[T]>, state: AccountState) => readonly AccountEvent[];
  };
  readonly evolve: {
    readonly [T in keyof Events]: (state: AccountState, data: Readonly<Events[T]>) => AccountState;
  };
}
