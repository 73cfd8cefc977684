import { RuleViolation, type Decider } from '../decider.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import type { Errand, WritebackEvent, WritebackEventData, WritebackResult } from './writeback.events.js';

interface Lease {
  readonly agentId: string;
  readonly until: Instant;
  readonly at: Instant;
}

export interface WritebackState {
  readonly phase: 'none' | 'offered' | 'leased' | 'reported' | 'expired' | 'lost';
  readonly writebackId: string;
  readonly errand: Errand | null;
  readonly offer: number;
  /** The present or last one. */
  readonly lease: Lease | null;
  /** Every agent that ever had it: each of them may have written. */
  readonly agents: readonly string[];
  /** Those of them that changed nothing and said so. */
  readonly returned: readonly string[];
  readonly report: WritebackEventData<'WritebackReported'> | null;
}

interface Commands {
  OfferWriteback: Errand & { now: Instant };
  LeaseWriteback: { agentId: string; leaseUntil: Instant; now: Instant };
  /** `alive`: agents of the tenant that could take it now. */
  ReportWriteback: Omit<WritebackEventData<'WritebackReported'>, 'writebackId' | 'recoveryId' | 'at'> & {
    alive: readonly string[];
    now: Instant;
  };
  /** Its time is up, if it is. */
  ExpireWriteback: { now: Instant };
}

export type WritebackCommand = {
  [T in keyof Commands]: { readonly type: T; readonly data: Readonly<Commands[T]> };
}[keyof Commands];

/** How long an agent that took a command may be silent. */
export const silenceMs = hours(24);

/** Carrying one password, or one unlock, to the customer's directory. */
export const writeback: Decider<WritebackCommand, WritebackEvent, WritebackState> = {
  category: 'writeback',
  initial: {
    phase: 'none',
    writebackId: '',
    errand: null,
    offer: 0,
    lease: null,
    agents: [],
    returned: [],
    report: null,
  },
  decide,
  evolve,
};

function decide({ type, data }: WritebackCommand, state: WritebackState): readonly WritebackEvent[] {
  const { writebackId } = state;
  const recoveryId = state.errand?.recoveryId ?? '';
  const own = { writebackId, recoveryId };
  switch (type) {
    case 'OfferWriteback': {
      const { now: at, ...offered } = data;
      const inTime = isBefore(at, offered.deadline);
      if (state.phase === 'none') {
        const first: WritebackEvent = { type: 'WritebackOffered', data: { ...offered, offer: 1, at } };
        const { writebackId, recoveryId } = offered;
        // Nobody of ours was there in time: it ends as it began, and its end is known.
        return inTime ? [first] : [first, { type: 'WritebackExpired', data: { writebackId, recoveryId, at } }];
      }
      if (!inTime) return [];
      // The fence makes a second agent harmless; silence makes it needed.
      const lapsed = state.phase === 'leased' && state.lease && !isBefore(at, state.lease.until);
      return lapsed ? [{ type: 'WritebackOffered', data: { ...offered, offer: state.offer + 1, at } }] : [];
    }
    case 'LeaseWriteback': {
      const { agentId, leaseUntil, now: at } = data;
      if (state.phase !== 'offered' || !state.errand) throw new RuleViolation('writeback-not-offered');
      if (!isBefore(at, state.errand.deadline)) throw new RuleViolation('writeback-expired');
      const { sealedFor } = state.errand;
      // One that came later could do nothing with it, and would only keep it from the others.
      if (sealedFor && !sealedFor.some((copy) => copy.agentId === agentId)) {
        throw new RuleViolation('writeback-not-sealed-for', { agentId });
      }
      if (state.returned.includes(agentId)) throw new RuleViolation('writeback-returned', { agentId });
      return [{ type: 'WritebackLeased', data: { ...own, agentId, offer: state.offer, leaseUntil, at } }];
    }
    case 'ReportWriteback': {
      const { now: at, alive, ...report } = data;
      if (!state.agents.includes(report.agentId)) throw new RuleViolation('writeback-not-leased');
      // Of two agents that had it, the one that wrote is believed: the other found the fence taken.
      if (state.report && (state.report.result === 'succeeded' || report.result !== 'succeeded')) return [];
      if (idle.has(report.result)) {
        const { agentId, result, trouble } = report;
        if (state.returned.includes(agentId)) return [];
        const said = { ...own, agentId, result, ...(trouble && { trouble }), at };
        // That one did nothing does not end what the other may do; but it is kept, or nobody would know when both are done.
        if (isAnothers(state, agentId)) return [{ type: 'WritebackUntouched', data: said }];
        const unheard = unheardOf(state, agentId).length > 0;
        if (isOpen(state) && (unheard || othersCould(state, agentId, alive, at))) {
          const { tenantId } = state.errand!;
          return [{ type: 'WritebackReturned', data: { ...said, tenantId, offer: state.offer + 1, unheard } }];
        }
      }
      return [{ type: 'WritebackReported', data: { ...own, ...report, at } }];
    }
    case 'ExpireWriteback': {
      const { now: at } = data;
      if (state.phase === 'offered' && isUntouched(state) && state.errand && !isBefore(at, state.errand.deadline)) {
        return [{ type: 'WritebackExpired', data: { ...own, at } }];
      }
      const silent = isOpen(state) && state.lease && !isBefore(at, plus(state.lease.at, silenceMs));
      return silent ? [{ type: 'WritebackLost', data: { ...own, at } }] : [];
    }
  }
}

/** Results of an agent that changed nothing and learned nothing of the directory. */
const idle: ReadonlySet<WritebackResult> = new Set(['expired', 'unreachable', 'unreadable']);

const isAnothers = ({ phase, lease }: WritebackState, agentId: string): boolean =>
  phase === 'leased' && lease?.agentId !== agentId;

const isOpen = ({ phase }: WritebackState): boolean => phase === 'leased' || phase === 'offered';

/** Agents that had it and never said that they changed nothing. */
const unheardOf = ({ agents, returned }: WritebackState, but?: string): readonly string[] =>
  agents.filter((id) => id !== but && !returned.includes(id));

/** Whether there is time left, and somebody alive who could use it. */
function othersCould(
  { errand, returned }: WritebackState,
  but: string,
  alive: readonly string[],
  now: Instant,
): boolean {
  if (!errand || !isBefore(now, errand.deadline)) return false;
  const able = (id: string): boolean => !errand.sealedFor || errand.sealedFor.some(({ agentId }) => agentId === id);
  return alive.some((id) => id !== but && !returned.includes(id) && able(id));
}

/** Whether nobody had it, or whoever did changed nothing and said so. */
export const isUntouched = (state: WritebackState): boolean => unheardOf(state).length === 0;

/** Whether another agent may have done some of it. */
export const othersHad = (state: WritebackState, agentId: string): boolean => unheardOf(state, agentId).length > 0;

/** Whether this agent may be told once more what it took: it lost it, and nobody knows how far it came. */
export const mayHaveAgain = (state: WritebackState, agentId: string): boolean =>
  isOpen(state) && state.agents.includes(agentId) && !state.returned.includes(agentId);

/**
 * Whether this agent took it and never got it: the answer was lost with the process that gave it, or the agent fell before
 * it had begun. After the deadline, and while nobody has it, each that was not heard of is asked: it writes no more, and finds
 * out what stands.
 * @param holding all that the agent has begun, as it says itself
 */
export function neverReached(
  state: WritebackState,
  agentId: string,
  holding: readonly string[],
  now: Instant,
): boolean {
  const { phase, writebackId, lease, errand } = state;
  if (!errand || !unheardOf(state).includes(agentId) || holding.includes(writebackId)) return false;
  if (phase === 'leased') return lease?.agentId === agentId;
  return phase === 'offered' && !isBefore(now, errand.deadline);
}

function evolve(state: WritebackState, { type, data }: WritebackEvent): WritebackState {
  switch (type) {
    case 'WritebackOffered': {
      const { offer, at: _, ...errand } = data;
      return { ...state, phase: 'offered', writebackId: errand.writebackId, errand, offer };
    }
    case 'WritebackLeased': {
      const { agentId, leaseUntil: until, at } = data;
      return { ...state, phase: 'leased', lease: { agentId, until, at }, agents: [...state.agents, agentId] };
    }
    case 'WritebackReturned':
      return { ...state, phase: 'offered', offer: data.offer, returned: [...state.returned, data.agentId] };
    case 'WritebackUntouched':
      return { ...state, returned: [...state.returned, data.agentId] };
    case 'WritebackReported':
      return { ...state, phase: 'reported', report: data };
    case 'WritebackExpired':
      return { ...state, phase: 'expired' };
    case 'WritebackLost':
      return { ...state, phase: 'lost' };
  }
}
