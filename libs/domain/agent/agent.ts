import { RuleViolation, type Decider } from '../decider.js';
import { days, hours, isBefore, plus, type Instant } from '../time.js';
import type { AgentEvent, PublicKey, SealingPublicKey } from './agent.events.js';

export interface AgentState {
  readonly phase: 'none' | 'created' | 'enrolled' | 'revoked';
  readonly agentId: string;
  readonly tenantId: string;
  readonly codeExpiresAt: Instant;
  readonly identityKey: (PublicKey & { readonly since: Instant }) | null;
  readonly sealingKey: SealingPublicKey | null;
  readonly version: string;
  readonly silent: boolean;
}

interface Commands {
  CreateAgent: { agentId: string; tenantId: string; now: Instant };
  EnrolAgent: { identityKey: PublicKey; sealingKey: PublicKey; version: string; now: Instant };
  RollSealingKey: { sealingKey: PublicKey; now: Instant };
  RollIdentityKey: { identityKey: PublicKey; now: Instant };
  RevokeAgent: { now: Instant };
  NoteSilence: { lastHeardAt: Instant; now: Instant };
  NoteHeard: { now: Instant };
}

export type AgentCommand = {
  [T in keyof Commands]: { readonly type: T; readonly data: Readonly<Commands[T]> };
}[keyof Commands];

/** How long a one-time enrolment code may be used. */
export const enrolmentMs = hours(24);
/** How long commands are sealed for one key; the agent keeps it a little longer. */
export const sealingKeyMs = hours(24);
/** Agents replace theirs after 20 hours; one that is older than this was not replaced. */
export const sealingKeyDueMs = hours(22);
/** An identity key is due for another one after six months. */
export const identityKeyMs = days(182);

/** A program in the customer's network that carries writebacks to the directory. */
export const agent: Decider<AgentCommand, AgentEvent, AgentState> = {
  category: 'agent',
  initial: {
    phase: 'none',
    agentId: '',
    tenantId: '',
    codeExpiresAt: '',
    identityKey: null,
    sealingKey: null,
    version: '',
    silent: false,
  },
  decide,
  evolve,
};

function decide({ type, data }: AgentCommand, state: AgentState): readonly AgentEvent[] {
  const { agentId, tenantId } = state;
  const at = data.now;
  switch (type) {
    case 'CreateAgent':
      if (state.phase !== 'none') throw new RuleViolation('agent-exists');
      return [
        {
          type: 'AgentCreated',
          data: { agentId: data.agentId, tenantId: data.tenantId, expiresAt: plus(at, enrolmentMs), at },
        },
      ];
    case 'EnrolAgent': {
      const { identityKey, sealingKey, version } = data;
      // Whoever holds a used code learns no more than with a wrong one.
      if (state.phase !== 'created' || !isBefore(at, state.codeExpiresAt)) throw new RuleViolation('enrolment-refused');
      return [
        { type: 'AgentEnrolled', data: { agentId, identityKey, sealingKey: expiring(sealingKey, at), version, at } },
      ];
    }
    case 'RollSealingKey':
      enrolled(state);
      if (data.sealingKey.keyId === state.sealingKey?.keyId) return [];
      return [{ type: 'AgentSealingKeyRolled', data: { agentId, sealingKey: expiring(data.sealingKey, at), at } }];
    case 'RollIdentityKey':
      enrolled(state);
      if (data.identityKey.keyId === state.identityKey?.keyId) return [];
      return [{ type: 'AgentIdentityKeyRolled', data: { agentId, identityKey: data.identityKey, at } }];
    case 'RevokeAgent':
      if (state.phase === 'none') throw new RuleViolation('not-found');
      return state.phase === 'revoked' ? [] : [{ type: 'AgentRevoked', data: { agentId, at } }];
    case 'NoteSilence':
      if (state.phase !== 'enrolled' || state.silent) return [];
      return [{ type: 'AgentFellSilent', data: { agentId, tenantId, lastHeardAt: data.lastHeardAt, at } }];
    case 'NoteHeard':
      if (state.phase !== 'enrolled' || !state.silent) return [];
      return [{ type: 'AgentHeardAgain', data: { agentId, tenantId, at } }];
  }
}

function evolve(state: AgentState, { type, data }: AgentEvent): AgentState {
  switch (type) {
    case 'AgentCreated':
      return {
        ...state,
        phase: 'created',
        agentId: data.agentId,
        tenantId: data.tenantId,
        codeExpiresAt: data.expiresAt,
      };
    case 'AgentEnrolled': {
      const { identityKey, sealingKey, version, at } = data;
      return { ...state, phase: 'enrolled', identityKey: { ...identityKey, since: at }, sealingKey, version };
    }
    case 'AgentSealingKeyRolled':
      return { ...state, sealingKey: data.sealingKey };
    case 'AgentIdentityKeyRolled':
      return { ...state, identityKey: { ...data.identityKey, since: data.at } };
    case 'AgentRevoked':
      return { ...state, phase: 'revoked', identityKey: null, sealingKey: null };
    case 'AgentFellSilent':
      return { ...state, silent: true };
    case 'AgentHeardAgain':
      return { ...state, silent: false };
  }
}

const expiring = (key: PublicKey, at: Instant): SealingPublicKey => ({ ...key, expiresAt: plus(at, sealingKeyMs) });

function enrolled({ phase }: AgentState): void {
  if (phase !== 'enrolled') throw new RuleViolation('agent-refused');
}
