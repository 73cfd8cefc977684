import { RuleViolation } from '../decider.js';
import type { Method } from '../methods.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import { raised, type Alert } from './alerts.js';
import { openCase } from './assistance.js';
import { existing } from './lifecycle.js';
import { requested, type Notice } from './notices.js';
import type { Part } from './part.js';
import { mayAssist, type Member } from './ranks.js';

/** A new contact for somebody who has none left that they can reach; two administrators have to want it. */
export interface Proposal {
  readonly proposalId: string;
  readonly caseId: string;
  readonly memberId: string;
  readonly method: Method;
  readonly contact: VaultRef;
  readonly expiresAt: Instant;
}

export interface Proposals {
  readonly proposal: Proposal | null;
}

interface Deciding {
  member: Member;
  proposalId: string;
  now: Instant;
}

interface Told {
  notices: readonly Notice[];
  alerts: readonly Alert[];
}

export interface ProposalCommands {
  ProposeContact: Deciding & { caseId: string; method: Method; contact: VaultRef } & Told;
  /** `coolingOffHours`: until the contact may recover. */
  ApproveContact: Deciding & { methodId: string; coolingOffHours: number } & Told;
  RejectContact: Deciding;
  /** Nobody approved it in time. */
  ExpireProposal: { proposalId: string; now: Instant };
}

export interface ProposalEvents {
  ContactProposed: Proposal & { accountId: string; tenantId: string; at: Instant };
  ContactApproved: { accountId: string; proposalId: string; memberId: string; at: Instant };
  ContactRejected: { accountId: string; proposalId: string; memberId: string; at: Instant };
  ContactProposalExpired: { accountId: string; proposalId: string; at: Instant };
}

export const noProposal: Proposals = { proposal: null };

export const proposalLifetimeMs = hours(24);

export const proposals: Part<ProposalCommands, ProposalEvents> = {
  decide: {
    ProposeContact({ member, proposalId, caseId, method, contact, notices, alerts, now: at }, state) {
      const { memberId } = openCase({ member, caseId, now: at }, state);
      if (state.proposal && isBefore(at, state.proposal.expiresAt)) throw new RuleViolation('proposal-open');
      const accountId = existing(state);
      const { tenantId } = state;
      const expiresAt = plus(at, proposalLifetimeMs);
      const proposed = { accountId, tenantId, proposalId, caseId, memberId, method, contact, expiresAt, at };
      return [
        { type: 'ContactProposed', data: proposed },
        ...raised(alerts, state, at),
        ...requested(notices, state, at),
      ];
    },
    ApproveContact({ methodId, coolingOffHours, notices, alerts, ...deciding }, state) {
      const { proposalId, method, contact, memberId: proposer } = openProposal(deciding, state);
      const { memberId } = deciding.member;
      // Two pairs of eyes: nobody approves what they proposed.
      if (memberId === proposer) throw new RuleViolation('not-allowed');
      const { now: at } = deciding;
      const accountId = existing(state);
      const recoversFrom = plus(at, hours(coolingOffHours));
      return [
        { type: 'ContactApproved', data: { accountId, proposalId, memberId, at } },
        {
          type: 'MethodRegistered',
          data: {
            ...{ accountId, methodId, method, contact, by: 'administrator', recoversFrom },
            ...{ epoch: state.epoch + 1, at },
          },
        },
        ...assisted(state, { outcome: 'succeeded' }, at),
        ...raised(alerts, state, at),
        ...requested(notices, state, at),
      ];
    },
    RejectContact(deciding, state) {
      const { proposalId } = openProposal(deciding, state);
      const { now: at } = deciding;
      const { memberId } = deciding.member;
      return [
        { type: 'ContactRejected', data: { accountId: existing(state), proposalId, memberId, at } },
        ...assisted(state, { outcome: 'failed', reason: 'rejected' }, at),
      ];
    },
    ExpireProposal({ proposalId, now: at }, state) {
      const { proposal } = state;
      if (proposal?.proposalId !== proposalId || isBefore(at, proposal.expiresAt)) return [];
      return [
        { type: 'ContactProposalExpired', data: { accountId: existing(state), proposalId, at } },
        ...assisted(state, { outcome: 'failed', reason: 'not-approved' }, at),
      ];
    },
  },
  evolve: {
    ContactProposed: (state, { accountId: _a, tenantId: _t, at: _at, ...proposal }) => ({ ...state, proposal }),
    ContactApproved: (state) => ({ ...state, proposal: null }),
    ContactRejected: (state) => ({ ...state, proposal: null }),
    ContactProposalExpired: (state) => ({ ...state, proposal: null }),
  },
};

/** @throws not-found, not-allowed, proposal-not-open */
function openProposal({ member, proposalId, now }: Deciding, state: AccountState): Proposal {
  mayAssist(member, state);
  const { proposal } = state;
  if (proposal?.proposalId !== proposalId || !isBefore(now, proposal.expiresAt)) {
    throw new RuleViolation('proposal-not-open');
  }
  return proposal;
}

function assisted(
  { accountId, tenantId, proposal }: AccountState,
  end: { outcome: 'succeeded' } | { outcome: 'failed'; reason: 'rejected' | 'not-approved' },
  at: Instant,
) {
  if (!proposal || accountId === null) return [];
  const { caseId, memberId } = proposal;
  const data = { accountId, tenantId, caseId, memberId, act: 'contact-replaced', ...end, at } as const;
  return [{ type: 'HelpdeskAssisted', data } as const];
}
