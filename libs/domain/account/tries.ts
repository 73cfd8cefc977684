import { RuleViolation } from '../decider.js';
import type { Family } from '../methods.js';
import type { Limits } from '../tenant/policy.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import { existing } from './lifecycle.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import { requested, type Notice } from './notices.js';
import type { Named, Part } from './part.js';
import { staleSince } from './disputes.js';
import {
  blockBroughtBy,
  blockOf,
  closedToStrangers,
  emptyLedger,
  reserved,
  settled,
  sourceBlock,
  type Block,
} from './proofs.js';

interface Try {
  reservationId: string;
  recoveryId: string;
  family: Family;
  source: string;
  proven: boolean;
  /** The account signed in or recovered from this source within 90 days. */
  familiar?: boolean;
}

interface Settlement {
  reservationId: string;
  recoveryId: string;
  result: 'passed' | 'failed';
}

export interface TryCommands {
  /** `epoch`: the account's when the recovery began; `passed`: earlier tries of this recovery that did. */
  ReserveProof: Try & { limits: Limits; epoch?: number; passed?: readonly string[]; now: Instant };
  /** `notices`: what the owner is told if this failure fills a limit. */
  SettleProof: Settlement & { limits: Limits; notices?: readonly Notice[]; now: Instant };
  /** A helpdesk case lifts the blocks and forgets the tries that led to them. */
  LiftBlocks: { caseId: string; now: Instant };
}

export interface TryEvents {
  ProofReserved: Try & { accountId: string; at: Instant };
  ProofSettled: Settlement & { accountId: string; block?: Block; at: Instant };
  /** `reason`: in the words of the member who lifted them; not told by earlier releases. */
  BlocksLifted: { accountId: string; caseId: string; reason?: VaultRef; at: Instant };
}

/** Tries at a proof: counted before they are compared, settled after. An unknown name's are counted alike. */
export const tries: Part<TryCommands, TryEvents> = {
  decide: {
    ReserveProof({ limits, epoch, passed = [], now: at, ...attempt }, state) {
      const why = epoch === undefined ? undefined : staleSince(state, epoch);
      if (why) throw new RuleViolation('superseded', { why });
      const settlements = settlementsOf(state, passed, attempt.recoveryId, at);
      const settledLedger = settlements.reduce((ledger, { data }) => tries.evolve.ProofSettled(ledger, data), state);
      if (closedToStrangers(settledLedger, attempt, limits, at)) throw new RuleViolation('method-not-available');
      const block = blockOf(settledLedger, attempt, limits, at);
      if (block) throw new RuleViolation('blocked', { ...block });
      return [...settlements, { type: 'ProofReserved', data: { accountId: state.accountId ?? '', ...attempt, at } }];
    },
    SettleProof({ reservationId, recoveryId, result, limits, notices = [], now: at }, state) {
      const proof = state.proofs.find((p) => p.reservationId === reservationId);
      if (proof?.result) return [];
      // A reset or a day has cleared the ledger meanwhile: settled all the same, so that nobody asks again.
      const block = proof && result === 'failed' ? blockBroughtBy(state, proof, limits, at) : undefined;
      const settlement = { accountId: state.accountId ?? '', reservationId, recoveryId, result };
      const filled = block ?? (proof && result === 'failed' && sourceBlock(state, proof.source, limits, at));
      return [
        { type: 'ProofSettled', data: { ...settlement, ...(block && { block }), at } },
        ...(filled && mayBeWarned(state, at) ? requested(notices, state, at) : []),
      ];
    },
    LiftBlocks({ caseId, now: at }, state) {
      return [{ type: 'BlocksLifted', data: { accountId: existing(state), caseId, at } }];
    },
  },
  evolve: {
    ProofReserved: (state, { accountId: _, ...proof }) => ({ ...state, ...reserved(state, proof) }),
    ProofSettled(state, { reservationId, result, block }) {
      const answered =
        result === 'passed' &&
        state.proofs.some((proof) => proof.reservationId === reservationId && proof.family === 'questions');
      const drawnQuestions = answered ? null : state.drawnQuestions;
      return { ...state, drawnQuestions, ...settled(state, reservationId, result, block) };
    },
    BlocksLifted: (state, { at }) => ({ ...state, ...emptyLedger, liftedAt: at }),
  },
};

/** A5: at most once a day, or the notice itself would be the nuisance. */
const mayBeWarned = ({ accountId, warnedAt }: AccountState, now: Instant): boolean =>
  accountId !== null && (warnedAt === null || !isBefore(now, plus(warnedAt, hours(24))));

type ProofSettled = Extract<Named<TryEvents>, { type: 'ProofSettled' }>;

/**
 * A gate's passed try waits for the next append on the account, which settles it: until then it counts as spent, and the
 * recovery that goes on says first that it passed.
 * @param passed reservations of this recovery that passed, settled already or not
 */
export const settlementsOf = (
  { accountId, proofs }: AccountState,
  passed: readonly string[],
  recoveryId: string,
  at: Instant,
): readonly ProofSettled[] =>
  proofs
    .filter((proof) => !proof.result && proof.recoveryId === recoveryId && passed.includes(proof.reservationId))
    .map(({ reservationId }) => ({
      type: 'ProofSettled',
      data: { accountId: accountId ?? '', reservationId, recoveryId, result: 'passed', at },
    }));
