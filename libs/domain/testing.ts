import { RuleViolation, type Decider, type DomainEvent } from './decider.js';

/** `given(decider, past…).when(command).then(events…)`: the words in which a rule's tests are written. */
export function given<Command, Event extends DomainEvent, State>(
  decider: Decider<Command, Event, State>,
  ...past: readonly Event[]
) {
  const state = past.reduce(decider.evolve, decider.initial);
  return {
    state,
    when: (command: Command) => ({
      /** The events, whole and in order. */
      then: (...events: readonly Event[]): void => expect(decider.decide(command, state)).toEqual(events),
      /** There is nothing to do: no event, no refusal. */
      thenNothing: (): void => expect(decider.decide(command, state)).toEqual([]),
      /** The wish is unlawful. */
      thenRefuses: (code: string, details?: Record<string, unknown>): void => {
        const refused = refusalOf(() => decider.decide(command, state));
        expect(refused.code).toBe(code);
        if (details) expect(refused.details).toMatchObject(details);
      },
      /** For what the next step needs: the events as decided. */
      events: (): readonly Event[] => decider.decide(command, state),
    }),
  };
}

function refusalOf(wish: () => readonly DomainEvent[]): RuleViolation {
  try {
    throw new Error(`refused nothing: ${JSON.stringify(wish())}`);
  } catch (error) {
    if (error instanceof RuleViolation) return error;
    throw error;
  }
}
