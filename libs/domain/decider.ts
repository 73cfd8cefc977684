/** A fact as the domain sees it: a stable type name and plain JSON data. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** Current state in, facts in, events out: the shape of every rule. Both functions are pure. */
export interface Decider<Command, Event extends DomainEvent, State> {
  /** stream category: streams are `<category>-<id>` */
  readonly category: string;
  readonly initial: State;
  /** @throws RuleViolation when the wish is unlawful; no events means there is nothing to do */
  decide(command: Command, state: State): readonly Event[];
  evolve(state: State, event: Event): State;
  /** long streams: an event whose data is the whole state; reading folds backwards only to it */
  readonly summary?: {
    readonly type: Event['type'];
    /** events after which the next append carries a summary */
    readonly every: number;
    /** @param at ISO 8601 UTC */
    make(state: State, at: string): Event;
  };
}

/** An unlawful wish. `code` is the kebab-case code of the problem the caller reads. */
export class RuleViolation extends Error {
  override readonly name = 'RuleViolation';

  constructor(
    readonly code: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(code);
  }
}
