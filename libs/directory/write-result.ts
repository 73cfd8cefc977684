/** The directory's own rules, as far as they can be read. */
export interface DirectoryRules {
  readonly minimumLength?: number;
  /** three of five kinds of characters */
  readonly complexity?: boolean;
  /** earlier passwords that may not come back */
  readonly history?: number;
  readonly minimumAgeHours?: number;
}

/** What became of a write. Only `done`, `stale` and the refusals say for sure what the directory holds. */
export type WriteResult =
  | {
      readonly kind: 'done';
      /** Modifies it took, by whomever: the fence counts them. 1 of a double reset that the directory let go no further */
      readonly writes: number;
      /** false: the password was set by an operation that cannot carry a fence */
      readonly fenced: boolean;
    }
  /** A later reset was there first; nothing was changed. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'rejected-by-policy'; readonly rules: DirectoryRules }
  /** `held-back`: not asked, because the directory's own lock is too near. */
  | { readonly kind: 'wrong-password' | 'held-back' }
  | { readonly kind: 'permission-denied' | 'user-not-found' | 'protected' | 'disabled' }
  /** The deadline passed before the first write: nothing was changed. */
  | { readonly kind: 'expired' }
  /** Nothing was changed, and a later try may succeed. */
  | { readonly kind: 'unreachable'; readonly trouble: string }
  /** Something was written or sent, and nobody can say yet how it ended. */
  | { readonly kind: 'unknown'; readonly trouble: string };

/** One wish: a new password, an unlock, or both. */
export interface WriteRequest {
  /** objectGUID or entryUUID, lower case with hyphens: people are renamed and moved */
  readonly userId: string;
  readonly epoch: number;
  readonly writebackId: string;
  /** Whose epoch it is, where the person may have had another account. */
  readonly accountId?: string;
  readonly password?: string;
  /** A person who knows the old password changes it: the directory checks it. */
  readonly oldPassword?: string;
  readonly unlock: boolean;
  /** The person must choose another at the next sign-in. */
  readonly mustChange?: boolean;
  /** Close the time in which the old password still binds: write twice more. */
  readonly doubleReset?: boolean;
  /** No write begins after this moment, milliseconds since 1970. */
  readonly deadline: number;
  /** It was begun before a crash: something of it may have been sent. */
  readonly begun?: boolean;
  /** Another agent had it, and may have written some of it. */
  readonly tried?: boolean;
}
