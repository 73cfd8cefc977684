// What is stored on `signins-<accountId>`, or on `signins-<keyed token>` for a name nobody has: add optional fields or new
// events, never change a meaning.
import type { Named } from '../account/part.js';
import type { Day, Instant } from '../time.js';
import type { SignInsState } from './signins.state.js';

/** What is tried: the password, or the code that people with roles need besides. */
export const factors = ['password', 'code'] as const;
export type Factor = (typeof factors)[number];

/** Whose tries a lock holds up: those of one source (its keyed token), or those of all unfamiliar ones. */
export type Whose = string;
export const strangers = 'unfamiliar';

interface Try {
  /** null: a name nobody has */
  accountId: string | null;
  reservationId: string;
  /** Keyed token of the client's address. */
  source: string;
  factor: Factor;
}

interface Events {
  /** Counted before it is compared; unsettled counts as wrong. */
  SignInReserved: Try & {
    tenantId: string | null;
    /** The account signed in or recovered from there within 90 days. */
    familiar: boolean;
    /** What was tried up to then does not count any more: the password is another one, or somebody unlocked. */
    clearedAt?: Instant;
    at: Instant;
  };
  /** So many were wrong that the next ones have to wait; in the same append as the try that filled the limit. */
  SignInsPaused: Try & { whose: Whose; until: Instant; times: number; at: Instant };
  SignInFailed: Try & {
    tenantId: string | null;
    /** Keyed token of the wrong password, under a key that is destroyed an hour after its day. */
    token?: string;
    at: Instant;
  };
  /** `complete`: nothing more was asked for, so the source is familiar from then on. */
  SignInPassed: Try & { complete: boolean; at: Instant };
  /** The account's owner recovered from there. */
  SourceRecognised: { accountId: string; source: string; at: Instant };
  /** The owner's last sign-in at the organisation's own directory was that day: told once for each later day. */
  DirectorySignInSeen: { accountId: string; on: Day; at: Instant };
  SignInsSummarised: { state: SignInsState; at: Instant };
}

export type SignInEvent = Named<Events>;
export type SignInDataOf<T extends SignInEvent['type']> = Extract<SignInEvent, { type: T }>['data'];
