import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { carriers, caseLifetimeMs, verifiedUntil } from '#libs/domain/account/assistance';
import { openDispute } from '#libs/domain/account/disputes';
import { eligibility } from '#libs/domain/account/eligibility';
import { mayAssist, type Member } from '#libs/domain/account/ranks';
import { RuleViolation } from '#libs/domain/decider';
import { maskEmail, maskPhone } from '#libs/domain/masking';
import { families, familyOf, type Family, type Method } from '#libs/domain/methods';
import { plus, type Instant } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { lastRecoveryOf, type RecoveryStatusRow } from '#libs/readmodels/recovery-status';
import type { ReadModels } from '#libs/readmodels/rows';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { Agents } from '../agents/agents.js';
import { caseNumberOf } from '../not-me/notices-disputed.js';
import { FromReadModels } from '../read-models.js';
import { Served } from '../served.js';
import { Tenants } from '../tenants/tenants.js';

/** What a member may know of somebody who calls: no address, no number, nothing that could be read out to a stranger. */
export interface HelpdeskUser {
  accountId: string;
  username: string;
  /** false for whoever stands at or above the member */
  canAssist: boolean;
  disabled: boolean;
  eligible: boolean;
  /** why not, in the words of deflection */
  reason?: string;
  blocks: { family: Family | 'all'; until: Instant }[];
  families: Family[];
  /** `bouncing`: mails to it come back */
  contacts: { methodId: string; method: Method; hint: string; bouncing?: true }[];
  lastRecovery?: {
    supportCode: string;
    status: string;
    outcome?: { result: string; reason: string };
    startedAt: Instant;
  };
  /** a new contact that waits for a second administrator */
  proposal?: { proposalId: string; method: Method; hint: string; mine: boolean; expiresAt: Instant };
  notMe?: { caseNumber: string; at: Instant };
  /** their next sign-in asks for a new password */
  mustChange?: true;
  /** `wordUntil`: words were sent that may be read out until then. */
  case?: { caseId: string; caseNumber: string; mine: boolean; wordUntil?: Instant; verifiedUntil?: Instant };
}

@Injectable()
export class HelpdeskUsers {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly tenants: Tenants,
    private readonly served: Served,
    private readonly agents: Agents,
    @FromReadModels() private readonly db: ReadModels,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation not-found, also for somebody of another tenant */
  async of(accountId: string, member: Member, recovery?: RecoveryStatusRow): Promise<HelpdeskUser> {
    const { state } = await load(this.store, account, accountId);
    if (state.accountId === null || state.tenantId !== member.tenantId) throw new RuleViolation('not-found');
    const now = this.clock.now().toISOString();
    const canAssist = isAssistable(member, state);
    const last = recovery ?? (await lastRecoveryOf(this.db, accountId));
    const dispute = openDispute(state);
    return {
      accountId,
      username: await this.#nameOf(state),
      canAssist,
      disabled: state.disabled,
      ...(await this.#eligibility(state, now)),
      blocks: ['all' as const, ...families].flatMap((family) => {
        const until = state.blocks[family];
        return until && now < until ? [{ family, until }] : [];
      }),
      families: [...new Set(state.methods.map(({ method }) => familyOf(method)))],
      contacts: canAssist ? await this.#contacts(state, dispute?.families ?? [], now) : [],
      ...(last && { lastRecovery: summaryOf(last) }),
      ...(dispute && { notMe: { caseNumber: caseNumberOf(dispute.caseId), at: dispute.at } }),
      ...(canAssist && state.mustChange && { mustChange: true as const }),
      ...(await this.#proposal(state, member, now)),
      ...caseOf(state, member, now),
    };
  }

  async #nameOf({ username }: AccountState): Promise<string> {
    return (username && (await this.vault.read(username, 'account/username')))?.toString() ?? '';
  }

  async #eligibility(state: AccountState, now: Instant): Promise<Pick<HelpdeskUser, 'eligible' | 'reason'>> {
    const tenant = this.served.narrow(await this.tenants.byId(state.tenantId));
    const agentAlive = tenant.policy.writeback && (await this.agents.anyAlive(state.tenantId));
    const verdict = eligibility(state, tenant, { agentAlive, source: '', now });
    if (verdict.kind === 'eligible') return { eligible: true };
    return { eligible: false, reason: verdict.kind === 'blocked' ? 'already-blocked' : verdict.reason };
  }

  async #proposal(
    { proposal }: AccountState,
    { memberId }: Member,
    now: Instant,
  ): Promise<Pick<HelpdeskUser, 'proposal'>> {
    if (!proposal || now >= proposal.expiresAt) return {};
    const { proposalId, method, expiresAt } = proposal;
    const contact = (await this.vault.read(proposal.contact, 'account/contact'))?.toString() ?? '';
    const mine = proposal.memberId === memberId;
    return { proposal: { proposalId, method, hint: hintOf(method, contact), mine, expiresAt } };
  }

  async #contacts(
    { methods, bouncing }: AccountState,
    distrusted: readonly Family[],
    now: Instant,
  ): Promise<HelpdeskUser['contacts']> {
    const usable = methods.filter(
      ({ method, recoversFrom = now }) =>
        carriers[method] &&
        this.served.carries(method) &&
        recoversFrom <= now &&
        !distrusted.includes(familyOf(method)),
    );
    const read = await this.vault.readAll(usable.map(({ contact }) => ({ ref: contact, place: 'account/contact' })));
    return usable.flatMap(({ methodId, method, contact: { ref } }, n) => {
      const contact = read[n]?.toString();
      if (contact === undefined) return [];
      return [{ methodId, method, hint: hintOf(method, contact), ...(bouncing[ref] && { bouncing: true }) }];
    });
  }
}

const hintOf = (method: Method, contact: string): string =>
  familyOf(method) === 'email' ? maskEmail(contact, true) : maskPhone(contact, true);

function isAssistable(member: Member, state: AccountState): boolean {
  try {
    mayAssist(member, state);
    return true;
  } catch {
    return false;
  }
}

const summaryOf = (row: RecoveryStatusRow): NonNullable<HelpdeskUser['lastRecovery']> => ({
  supportCode: row.support_code,
  status: row.status,
  startedAt: row.started_at,
  ...(row.outcome && row.outcome_reason && { outcome: { result: row.outcome, reason: row.outcome_reason } }),
});

function caseOf(state: AccountState, { memberId }: Member, now: Instant): Pick<HelpdeskUser, 'case'> {
  if (!state.helpCase) return {};
  const { caseId, memberId: owner, at, word } = state.helpCase;
  if (now >= plus(at, caseLifetimeMs)) return {};
  const verified = verifiedUntil(state, now);
  return {
    case: {
      ...{ caseId, caseNumber: caseNumberOf(caseId), mine: owner === memberId },
      ...(word && now < word.expiresAt && { wordUntil: word.expiresAt }),
      ...(verified && { verifiedUntil: verified }),
    },
  };
}
