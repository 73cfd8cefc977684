/** Somebody else wrote first. Read again and decide again; never a success. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(
    readonly stream: string,
    readonly expected: bigint | 'no-stream',
    readonly actual: bigint | 'no-stream',
  ) {
    super(`stream ${stream}: expected revision ${expected}, found ${actual}`);
  }
}

/**
 * The store gave no answer within our own limit. After an append the outcome is unknown: it may have happened, and the
 * same command repeated later finds out.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(what: string, cause?: unknown) {
    super(`the event store did not answer: ${what}`, { cause });
  }
}

/** Refused before the store is asked: one append must stay below its limit (1 MiB by default). */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';

  constructor(
    readonly stream: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`stream ${stream}: an append of ${bytes} bytes exceeds ${limit}`);
  }
}

/** A defect of ours: the event would not come back from JSON as it went in. */
export class EventNotStorable extends Error {
  override readonly name = 'EventNotStorable';

  constructor(type: string, path: string, found: string) {
    super(`event ${type}: ${path} is ${found}, which JSON cannot carry unchanged`);
  }
}

/** The stream was deleted for good (tombstoned); nothing can be written to it again. */
export class StreamDeleted extends Error {
  override readonly name = 'StreamDeleted';

  constructor(readonly stream: string) {
    super(`stream ${stream} was deleted`);
  }
}

/** The store answered, and refused for a reason that a repeat will not change (credentials, permissions, arguments). */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';

  constructor(what: string, cause: unknown) {
    super(`the event store refused: ${what}`, { cause });
  }
}
