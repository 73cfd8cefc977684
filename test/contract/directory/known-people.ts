import { Client } from 'ldapts';
import type { DirectoryOptions } from '#libs/directory/directory-options';
import type { Samba } from '../../support/samba';
import type { Slapd } from '../../support/slapd';

/** A directory with people in it, and how to look into it past the product. */
export interface Peopled {
  readonly options: DirectoryOptions;
  /** of alice, bob, carol (ordinary), boss (an administrator in the same place) and outsider (elsewhere) */
  readonly ids: Readonly<Record<Person, string>>;
  readonly dns: Readonly<Record<Person, string>>;
  /** Whether this password signs the person in. */
  binds(person: Person, password: string): Promise<boolean>;
  /** How often the password was changed, as the directory itself counts. */
  changes(person: Person): Promise<number>;
  /** They must choose another password at the next sign-in. */
  requireChange(person: Person): Promise<void>;
  lock(person: Person): Promise<void>;
  disable(person: Person): Promise<void>;
  fence(person: Person): Promise<string | null>;
  setFence(person: Person, value: string): Promise<void>;
  move(person: Person): Promise<void>;
  /** Into a unit below the one they are in, or to where nobody may be written. */
  moveTo?(person: Person, where: 'deeper' | 'outside'): Promise<void>;
  remove(person: Person): Promise<void>;
}

export const people = ['alice', 'bob', 'carol', 'dora', 'emil', 'fritz', 'boss', 'outsider'] as const;
export type Person = (typeof people)[number];

export const firstPassword = 'First-Pass-1';

/** How a test wants it, where not as usual. */
export interface Peopling {
  /** what they type to sign in */
  readonly username?: (person: Person) => string;
  /** so many wrong passwords lock */
  readonly lockoutThreshold?: number;
  readonly minimumLength?: number;
}

/** What only a real directory does, by its administrator's hand. */
export interface Managed extends Peopled {
  /** The password has expired, within a second. */
  expire(person: Person): Promise<void>;
  /** Whatever their entry says by this name; nothing when left out. */
  set(person: Person, attribute: string, ...values: string[]): Promise<void>;
  /** Gives their entry this name, where it is. */
  rename(person: Person, name: string): Promise<void>;
  /** Passwords last again. */
  expireNoMore(): Promise<void>;
  /** The account's own time is over. */
  end(person: Person): Promise<void>;
}

/** A value as it stands in a name (RFC 4514 §2.4). */
export const inName = (value: string): string =>
  value
    .replace(/[\\",+;<>=]/g, '\\$&')
    .replace(/^[# ]/, '\\$&')
    .replace(/ $/, '\\ ');

/** What a name is in: all but its first part. */
export const placeOf = (dn: string): string => dn.replace(/^(\\.|[^\\,])+,/, '');

/** The part that both kinds share. */
export async function asAnyone<T>(
  { url, ca }: Pick<DirectoryOptions, 'url' | 'ca'>,
  dn: string,
  password: string,
  work: (ldap: Client) => Promise<T>,
): Promise<T> {
  const ldap = new Client({ url, tlsOptions: { ...(ca && { ca }) }, timeout: 10_000, connectTimeout: 5_000 });
  try {
    await ldap.bind(dn, password);
    return await work(ldap);
  } finally {
    await ldap.unbind().catch(() => undefined);
  }
}

export type { Samba, Slapd };
