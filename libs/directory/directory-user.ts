/** What an import takes of a person. Personal data: sealed before it leaves the customer's network for good. */
export interface DirectoryUser {
  /** objectGUID or entryUUID */
  readonly userId: string;
  /** Left out where the directory names none: then only who is known already can be meant. */
  readonly username?: string;
  readonly mail?: string;
  readonly officePhone?: string;
  readonly disabled: boolean;
}

/** Everybody who is there, by objectGUID or entryUUID, with the day (`YYYY-MM-DD`, UTC) of the last sign-in; null: not known. */
export type PeopleThere = ReadonlyMap<string, string | null>;

/** Where an import goes on: of one server, because its numbers mean nothing to another. */
export interface SyncCursor {
  readonly server: string;
  /** uSNChanged, or a modifyTimestamp */
  readonly after: string;
  /** Which state of whom was told of those that will be read once more: entryCSN by entryUUID. */
  readonly told?: Readonly<Record<string, string>>;
}

export interface SyncPage {
  readonly users: readonly DirectoryUser[];
  readonly cursor: SyncCursor;
}

/** Which attributes an import reads. */
export interface AttributeMap {
  readonly username: string;
  readonly mail: string;
  readonly officePhone: string;
}

export const attributeMaps: Readonly<Record<'ad' | 'openldap', AttributeMap>> = {
  ad: { username: 'userPrincipalName', mail: 'mail', officePhone: 'telephoneNumber' },
  openldap: { username: 'mail', mail: 'mail', officePhone: 'telephoneNumber' },
};
