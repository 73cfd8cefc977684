// Agents that take, keep silent, come back and contradict each other, in whatever order: what must hold of every writeback.
import fc from 'fast-check';
import { RuleViolation } from '../decider.js';
import { isBefore, plus, seconds, type Instant } from '../time.js';
import { writebackResults, type WritebackResult } from './writeback.events.js';
import { writeback, type WritebackCommand, type WritebackState } from './writeback.js';

const start = '2026-03-02T09:00:00.000Z';
const deadline = plus(start, seconds(120));
const agents = ['agent-1', 'agent-2'] as const;
const idle: readonly WritebackResult[] = ['expired', 'unreachable', 'unreadable'];
const wish = {
  writebackId: 'writeback-1',
  tenantId: 'tenant-1',
  accountId: 'account-1',
  recoveryId: 'recovery-1',
  kind: 'reset',
  fence: 7,
  sealed: { ref: 'sealed', sha256: 'hash' },
  doubleReset: false,
  deadline,
} as const;

type Step =
  | { readonly does: 'offer' | 'expire' }
  | { readonly does: 'lease'; readonly agentId: string }
  | { readonly does: 'report'; readonly agentId: string; readonly result: WritebackResult; readonly alive: string[] };

const agent = fc.constantFrom(...agents);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constantFrom('offer' as const, 'offer' as const, 'expire' as const) }),
  { weight: 2, arbitrary: fc.record({ does: fc.constant('lease' as const), agentId: agent }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('report' as const),
      agentId: agent,
      // Most of the time they did nothing: that is where it gets lost.
      result: fc.oneof(fc.constantFrom(...idle), fc.constantFrom(...writebackResults)),
      alive: fc.subarray([...agents]),
    }),
  },
);
/** Seconds: most of the time at once, now and then when a lease has lapsed. */
const later = fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, fc.constant(31));
const story = fc.array(fc.tuple(step, later), { minLength: 8, maxLength: 25, size: 'max' });

const often = { numRuns: 2_000 };

const commandOf = (wanted: Step, now: Instant): WritebackCommand => {
  switch (wanted.does) {
    case 'offer':
      return { type: 'OfferWriteback', data: { ...wish, now } };
    case 'expire':
      return { type: 'ExpireWriteback', data: { now } };
    case 'lease':
      return { type: 'LeaseWriteback', data: { agentId: wanted.agentId, leaseUntil: plus(now, seconds(30)), now } };
    case 'report': {
      const { agentId, result, alive } = wanted;
      const said = { agentId, result, alive, writes: result === 'succeeded' ? 1 : 0, fenced: true, doneAt: now };
      return { type: 'ReportWriteback', data: { ...said, now } };
    }
  }
};

/** Whoever has it, or had it, and has not spoken since. */
interface Watched {
  state: WritebackState;
  now: Instant;
  readonly silent: Set<string>;
  wrote: boolean;
}

function goes(watched: Watched, wanted: Step): void {
  const { state, now, silent } = watched;
  try {
    const events = writeback.decide(commandOf(wanted, now), state);
    watched.state = events.reduce(writeback.evolve, state);
  } catch (error) {
    if (!(error instanceof RuleViolation)) throw error;
    return;
  }
  if (wanted.does === 'lease') {
    expect(state.returned).not.toContain(wanted.agentId);
    expect(isBefore(now, deadline)).toBe(true);
    silent.add(wanted.agentId);
  }
  if (wanted.does === 'report') {
    silent.delete(wanted.agentId);
    watched.wrote ||= wanted.result === 'succeeded';
  }
}

const told = (
  steps: readonly (readonly [Step, number])[],
  look: (watched: Watched) => void = () => undefined,
): Watched => {
  const watched: Watched = { state: writeback.initial, now: start, silent: new Set(), wrote: false };
  goes(watched, { does: 'offer' });
  for (const [wanted, later] of steps) {
    watched.now = plus(watched.now, seconds(later));
    goes(watched, wanted);
    look(watched);
  }
  return watched;
};

describe('a writeback, whatever its agents say and when', () => {
  it('is known to be done once one of them has said so', () => {
    fc.assert(
      fc.property(story, (steps) => {
        told(steps, ({ state, wrote }) => wrote && expect(state.report?.result).toBe('succeeded'));
      }),
      often,
    );
  });

  it('is called unchanged only when nobody is left who could have changed something', () => {
    fc.assert(
      fc.property(story, (steps) => {
        let before: WritebackState['phase'] = 'none';
        told(steps, ({ state, silent }) => {
          const ended = state.phase !== before && (state.phase === 'expired' || state.phase === 'reported');
          const unchanged = state.phase === 'expired' || (state.report && idle.includes(state.report.result));
          // After a day of silence whoever speaks is believed.
          if (ended && unchanged && before !== 'lost') expect([...silent]).toEqual([]);
          before = state.phase;
        });
      }),
      often,
    );
  });

  it('ends by its deadline when everybody who had it has spoken', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const watched = told(steps);
        if (isBefore(watched.now, deadline)) watched.now = deadline;
        goes(watched, { does: 'expire' });
        if (watched.silent.size === 0) expect(watched.state.phase).toMatch(/^(reported|expired)$/);
      }),
      often,
    );
  });

  it('ends within a day in any case', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const watched = told(steps);
        watched.now = plus(watched.now, seconds(86_400 + 120));
        goes(watched, { does: 'expire' });
        expect(watched.state.phase).toMatch(/^(reported|expired|lost)$/);
      }),
      often,
    );
  });
});
