import type { EventMetadata } from '#libs/eventstore/stored-event';

/** The first line of a backup. */
export interface BackupHeader {
  readonly format: 'keyturn-backup';
  readonly version: 1;
  /** ISO 8601 UTC */
  readonly at: string;
  /** identity of the log */
  readonly logId: string;
}

/** An event as it is stored, in the order of the log. */
export interface BackupEvent {
  readonly event: {
    readonly id: string;
    readonly stream: string;
    /** decimal */
    readonly revision: string;
    readonly type: string;
    readonly data: object;
    readonly metadata: EventMetadata;
    /** ISO 8601 UTC */
    readonly recordedAt: string;
  };
}

/** A line of the vault's own export, which has a header and a trailer of its own. */
export interface BackupVaultLine {
  readonly vault: string;
}

/** The last line: what must have come before it. */
export interface BackupTrailer {
  readonly events: number;
  readonly vaultLines: number;
  /** hex SHA-256 of all earlier lines with their line ends */
  readonly sha256: string;
}

export type BackupLine = BackupHeader | BackupEvent | BackupVaultLine | BackupTrailer;

export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}
