import type { Change, Client, Control } from 'ldapts';
import type { Lockout } from './lockout.js';
import type { Answer } from './directory-errors.js';
import type { DirectoryRules, WriteRequest } from './write-result.js';

/** A person as the directory holds them now. */
export interface Found {
  /** objectGUID or entryUUID */
  readonly userId: string;
  readonly dn: string;
  readonly fence: string | null;
  readonly disabled: boolean;
  /** By too many wrong passwords; the lock may have ended since. Known where a refused sign-in does not tell. */
  readonly locked?: boolean;
}

/** One of the Modifies a write consists of: what it does beside exchanging the fence. */
export interface Step {
  readonly password?: string;
  readonly oldPassword?: string;
  readonly unlock: boolean;
  readonly mustChange: boolean;
  /** Ask for history and age too, where the server can check them on a reset. */
  readonly hints: boolean;
  /** The first of several. */
  readonly followed?: boolean;
}

export type Refused = 'rejected-by-policy' | 'wrong-password' | 'permission-denied' | 'user-not-found';

/** What differs between Active Directory and OpenLDAP. Everything else, above all the fence, is the same. */
export abstract class DirectoryDialect {
  /** The password is set in the same Modify as the fence. */
  abstract readonly fenced: boolean;

  abstract find(ldap: Client, userId: string): Promise<Found | undefined>;

  /** Administrators are never touched, whatever the delegation would allow. */
  abstract isProtected(ldap: Client, found: Found): Promise<boolean>;

  /** The Modifies of one write, in order: more than one where an older password would bind for a while. */
  abstract steps(request: WriteRequest): Step[];

  /** @returns why a second password could not follow the first at once; the kind of trouble, for operators */
  abstract barsRepetition(ldap: Client, found: Found): Promise<string | undefined>;

  /** What stands in the Modify beside the fence. */
  abstract changes(step: Step): Change[];

  abstract controls(step: Step): Control[];

  /** Checks the old password, where the Modify does not. @throws what the directory answers to a wrong one */
  abstract prove(found: Found, step: Step): Promise<void>;

  /** The password is set by an operation of its own, before the Modify that exchanges the fence. */
  abstract setsAhead(step: Step): boolean;

  abstract setAhead(ldap: Client, found: Found, step: Step): Promise<void>;

  /** Whether the new password is the person's already: asked where the fence cannot tell. */
  abstract signsIn(found: Found, step: Step): Promise<boolean>;

  /** An answer that a fence other than expected could have brought about. */
  abstract mayBeFence(answer: Answer): boolean;

  abstract refusal(answer: Answer): Refused | undefined;

  /**
   * How near the person is to a lock, as the directory itself counts.
   * @param now milliseconds since 1970, by a clock that is right: what is over by then counts no more
   */
  abstract lockout(ldap: Client, found: Found, now: number): Promise<Lockout>;

  /** The directory's own rules, as far as the service account can read them. */
  abstract rules(ldap: Client, found: Found): Promise<DirectoryRules>;
}
