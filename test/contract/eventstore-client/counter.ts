import { randomUUID } from 'node:crypto';
import { RuleViolation, type Decider } from '#libs/domain/decider';
import type { CommandContext } from '#libs/eventstore/execute';
import type { NewEvent } from '#libs/eventstore/stored-event';

export type CounterCommand = { type: 'Add'; by: number; limit?: number } | { type: 'Nothing' };
export type CounterEvent =
  | { type: 'Added'; data: { by: number; note?: string } }
  | { type: 'CounterSummarised'; data: { total: number; additions: number; at: string } };
export interface Counter {
  total: number;
  additions: number;
}

/** The smallest rule that can be broken: a total with a limit. */
export const counter: Decider<CounterCommand, CounterEvent, Counter> = {
  category: 'counter',
  initial: { total: 0, additions: 0 },
  decide(command, { total }) {
    if (command.type === 'Nothing') return [];
    if (total + command.by > (command.limit ?? Infinity)) throw new RuleViolation('over-the-limit', { total });
    return [{ type: 'Added', data: { by: command.by } }];
  },
  evolve(state, event) {
    if (event.type === 'CounterSummarised') return { total: event.data.total, additions: event.data.additions };
    return { total: state.total + event.data.by, additions: state.additions + 1 };
  },
};

export const summarisedCounter = (every: number): typeof counter => ({
  ...counter,
  category: `summarised${every}`,
  summary: {
    type: 'CounterSummarised',
    every,
    make: (state, at) => ({ type: 'CounterSummarised', data: { ...state, at } }),
  },
});

export const context = (commandId: string = randomUUID()): CommandContext => ({
  commandId,
  correlationId: randomUUID(),
  actor: { kind: 'system' },
});

export const added = (by = 1): NewEvent => ({
  id: randomUUID(),
  type: 'Added',
  data: { by },
  metadata: { correlationId: randomUUID(), actor: { kind: 'system' } },
});
