import { RuleViolation } from '../decider.js';
import type { Family } from '../methods.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import type { AccountState } from './account.state.js';
import { raised } from './alerts.js';
import { existing } from './lifecycle.js';
import type { Part } from './part.js';
import { mayAssist, type Member } from './ranks.js';

/** What the reader of a notice may say was not them: the password then in force, and how it came about. */
export interface Disputable {
  /** null where the password lies in a directory */
  readonly credentialId: string | null;
  /** The families whose proofs led there: somebody else may hold them. */
  readonly families: readonly Family[];
}

/** Somebody said "this was not me". Until it is lifted, nothing those families prove counts. */
export interface Dispute extends Disputable {
  readonly caseId: string;
  readonly noticeId: string;
  /** The account's from then on: recoveries begun before are over. */
  readonly epoch: number;
  readonly at: Instant;
  readonly liftedAt?: Instant;
}

export interface Disputes {
  /** The last one, lifted or not. */
  readonly dispute: Dispute | null;
}

interface Reported {
  caseId: string;
  noticeId: string;
  notMe: Disputable;
  /** The recovery that set the disputed password. */
  recoveryId?: string;
}

export interface DisputeCommands {
  /** `noticedAt`: when the notice was requested whose link was followed. */
  ReportNotMe: Reported & { alertId: string; noticedAt: Instant; now: Instant };
  LiftNotMe: { member: Member; now: Instant };
}

export interface DisputeEvents {
  NotMeReported: Reported & { accountId: string; tenantId: string; epoch: number; at: Instant };
  NotMeLifted: { accountId: string; caseId: string; memberId: string; at: Instant };
}

export const noDisputes: Disputes = { dispute: null };

/** How long the link of a notice works. */
export const notMeMs = hours(72);

export const disputes: Part<DisputeCommands, DisputeEvents> = {
  decide: {
    ReportNotMe({ alertId, noticedAt, now: at, ...reported }, state) {
      const accountId = existing(state);
      if (reportedBefore(state, reported.notMe)) throw new RuleViolation('not-me-used');
      if (!stillDisputable(state, reported.notMe, noticedAt, at)) throw new RuleViolation('not-me-invalid');
      const { tenantId, epoch } = state;
      return [
        { type: 'NotMeReported', data: { accountId, tenantId, ...reported, epoch: epoch + 1, at } },
        ...raised(
          [{ alertId, template: 'case-opened', facts: { kind: 'not-me', caseId: reported.caseId } }],
          state,
          at,
        ),
      ];
    },
    LiftNotMe({ member, now: at }, state) {
      mayAssist(member, state);
      const accountId = existing(state);
      const dispute = openDispute(state);
      if (!dispute) return [];
      return [{ type: 'NotMeLifted', data: { accountId, caseId: dispute.caseId, memberId: member.memberId, at } }];
    },
  },
  evolve: {
    // The disputed password is no longer anybody's: with it every session ends, and nobody signs in before a new reset.
    NotMeReported(state, { caseId, noticeId, notMe, epoch, at }) {
      const families = [...new Set([...notMe.families, ...(openDispute(state)?.families ?? [])])];
      const formerCredentials = state.credential
        ? [state.credential, ...state.formerCredentials]
        : state.formerCredentials;
      const dispute = { caseId, noticeId, credentialId: notMe.credentialId, families, epoch, at };
      return { ...state, dispute, credential: null, formerCredentials, epoch };
    },
    NotMeLifted: (state, { at }) => ({ ...state, dispute: state.dispute && { ...state.dispute, liftedAt: at } }),
  },
};

export const openDispute = ({ dispute }: Disputes): Dispute | undefined =>
  dispute && dispute.liftedAt === undefined ? dispute : undefined;

/** Whether this password was disputed already, through this notice or through its copy to another address. */
export const reportedBefore = ({ dispute }: Disputes, { credentialId }: Disputable): boolean =>
  dispute !== null && credentialId !== null && dispute.credentialId === credentialId;

/** T14: a link dies with the password it is about; the notice of the next one carries its own. */
export const stillDisputable = (
  { credential }: AccountState,
  { credentialId }: Disputable,
  noticedAt: Instant,
  now: Instant,
): boolean => (credential?.credentialId ?? null) === credentialId && isBefore(now, plus(noticedAt, notMeMs));

/** Why a recovery begun at this epoch of the account proves nothing any more; undefined while it does. */
export function staleSince(
  { epoch, dispute }: AccountState,
  begunAt: number,
): 'account-changed' | 'not-me' | undefined {
  if (epoch === begunAt) return undefined;
  return dispute && dispute.epoch > begunAt ? 'not-me' : 'account-changed';
}

/** Whether its owner disowned the account after it had this epoch: what was asked for by then opens nothing. */
export const disownedSince = (state: Disputes, epoch: number): boolean => (openDispute(state)?.epoch ?? 0) > epoch;

/** While somebody else may be inside, nobody changes how the account is proved. */
export function refuseMethodChanges(state: Disputes): void {
  if (openDispute(state)) throw new RuleViolation('method-changes-barred');
}
