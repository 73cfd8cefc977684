import { RuleViolation } from '../decider.js';
import type { Method } from '../methods.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { refuseMethodChanges } from './disputes.js';
import { existing } from './lifecycle.js';
import type { Part } from './part.js';

/** A way to prove who you are. */
export interface RegisteredMethod {
  readonly methodId: string;
  readonly method: Method;
  /** The address, number, seed, answers or device in the vault. */
  readonly contact: VaultRef;
  readonly by: 'user' | 'administrator' | 'directory' | 'import';
  /** Added or changed by somebody who could already recover: from then on it may recover. */
  readonly recoversFrom?: Instant;
  /** Method `security-questions`: how many. */
  readonly questionCount?: number;
  readonly at: Instant;
}

export interface Methods {
  readonly methods: readonly RegisteredMethod[];
  /** The last time step accepted of each app. */
  readonly usedSteps: Readonly<Record<string, number>>;
}

interface Registered {
  methodId: string;
  method: Method;
  contact: VaultRef;
  by: RegisteredMethod['by'];
  recoversFrom?: Instant;
  questionCount?: number;
}

export interface MethodCommands {
  RegisterMethod: Registered & { now: Instant };
  UseAppCode: { methodId: string; step: number; now: Instant };
}

export interface MethodEvents {
  MethodRegistered: Registered & { accountId: string; epoch: number; at: Instant };
  /** An app code was accepted: neither its time step nor an earlier one is accepted again. */
  AppCodeUsed: { accountId: string; methodId: string; step: number; at: Instant };
}

export const noMethods: Methods = { methods: [], usedSteps: {} };

export const methods: Part<MethodCommands, MethodEvents> = {
  decide: {
    RegisterMethod({ now: at, ...registered }, state) {
      const accountId = existing(state);
      if (state.methods.some(({ methodId }) => methodId === registered.methodId)) return [];
      // It has one of each kind: another agent told of it a moment ago.
      const told = ({ by, method }: RegisteredMethod) => by === 'directory' && method === registered.method;
      if (registered.by === 'directory' && state.methods.some(told)) return [];
      if (registered.by === 'user') refuseMethodChanges(state);
      return [{ type: 'MethodRegistered', data: { accountId, ...registered, epoch: state.epoch + 1, at } }];
    },
    UseAppCode({ methodId, step, now: at }, state) {
      if (step <= (state.usedSteps[methodId] ?? -1)) throw new RuleViolation('code-reused');
      return [{ type: 'AppCodeUsed', data: { accountId: existing(state), methodId, step, at } }];
    },
  },
  evolve: {
    MethodRegistered: (state, { accountId: _, epoch, ...registered }) => ({
      ...state,
      methods: [...state.methods, registered],
      epoch,
    }),
    AppCodeUsed: (state, { methodId, step }) => ({ ...state, usedSteps: { ...state.usedSteps, [methodId]: step } }),
  },
};
