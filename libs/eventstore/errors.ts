/** Somebody else wrote first. Read again and decide again; never a success. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(readonly actual: bigint | 'no-stream') {
    super(`the stream stands at ${actual}`);
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

/** One append is larger than the store takes (1 MiB by default). Nothing was written. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';

  constructor(readonly limit: number) {
    super(`an append may have ${limit} bytes`);
  }
}

/** A defect of ours: the event would not come back from JSON as it went in. Nothing was written. */
export class EventNotStorable extends Error {
  override readonly name = 'EventNotStorable';

  constructor(type: string, path: string, found: string) {
    super(`event ${type}: ${path} is ${found}, which JSON does not carry unchanged`);
  }
}

/** A stored event that cannot be brought into its current shape. Never skipped: somebody must look. */
export class EventUnreadable extends Error {
  override readonly name = 'EventUnreadable';

  constructor(
    readonly stream: string,
    readonly revision: bigint,
    readonly type: string,
    cause: unknown,
  ) {
    super(`event ${type} at ${revision} of ${stream} cannot be read`, { cause });
  }
}

/** The stream was deleted for good (tombstoned): nothing can be written to it or read from it again. */
export class StreamDeleted extends Error {
  override readonly name = 'StreamDeleted';

  constructor() {
    super('the stream was deleted for good');
  }
}

/** The store refused for a reason that a repetition will not change: credentials, permissions, an unknown method. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';

  constructor(reason: string, cause?: unknown) {
    super(`the event store refused: ${reason}`, { cause });
  }
}
