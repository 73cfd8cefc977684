/** The first line of a backup. */
export interface Header {
  format: 'keyturn-vault';
  /** The schema its rows have. */
  schema: number;
}

/** One row, its columns as PostgreSQL writes them to JSON. */
export interface Entry {
  table: BackupTable;
  row: unknown;
}

/** The last line of a backup and of the erasure list: what must have come before it. */
export interface Trailer {
  /** Entries or erasures, without header and trailer. */
  rows: number;
  /** Hex SHA-256 of all earlier lines with their line ends. */
  sha256: string;
}

/** What a backup holds, in the order its rows depend on each other; not the erasures, nor the day and month keys. */
export const backupTables = [
  'master_keys',
  'installation_keys',
  'owner_keys',
  'sealed_values',
  'directory_entries',
] as const;
export type BackupTable = (typeof backupTables)[number];

/** A line of the erasure list. */
export interface Erasure {
  owner: string;
  erased_at: string;
}
