import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { eligibility } from '#libs/domain/account/eligibility';
import type { Refusal } from '#libs/domain/outcome';
import type { PolicyPatch } from '#libs/domain/tenant/policy-patch';
import { policyAfter } from '#libs/domain/tenant/settings';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { warningsOf, type Warning } from '#libs/domain/tenant/warnings';
import type { ReadModels } from '#libs/readmodels/rows';
import { eligibilityProfiles, type EligibilityProfile } from '#libs/readmodels/users';
import { Clock } from '#libs/runtime/clock';
import { nowhere } from '../nowhere.js';
import { FromReadModels } from '../read-models.js';
import { Served } from '../served.js';
import { Tenants } from './tenants.js';

export interface PolicyPreview {
  /** of the policy in force, on which all this rests */
  version: number;
  /** people who can reset their password now, and with the proposed policy no longer */
  wouldLose: number;
  wouldGain: number;
  couldBefore: number;
  couldAfter: number;
  /** why: of those who would lose, what would refuse them; of those who would gain, what refuses them now */
  reasons: { lose: Partial<Record<Refusal, number>>; gain: Partial<Record<Refusal, number>> };
  warnings: Warning[];
}

/** What a change of policy would mean for the people of a tenant. Writes nothing. */
export class PreviewPolicy extends Query<PolicyPreview> {
  constructor(
    readonly tenantId: string,
    readonly patch: PolicyPatch,
    readonly expectedVersion: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(PreviewPolicy)
export class PreviewPolicyHandler implements IQueryHandler<PreviewPolicy> {
  constructor(
    private readonly tenants: Tenants,
    private readonly served: Served,
    @FromReadModels() private readonly db: ReadModels,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation policy-invalid, policy-version-mismatch */
  async execute({ tenantId, patch, expectedVersion }: PreviewPolicy): Promise<PolicyPreview> {
    const before = await this.tenants.fresh(tenantId);
    const after = { ...before, policy: policyAfter(before, patch, expectedVersion) };
    const now = this.clock.now().toISOString();
    const found: PolicyPreview = {
      version: before.policyVersion,
      wouldLose: 0,
      wouldGain: 0,
      couldBefore: 0,
      couldAfter: 0,
      reasons: { lose: {}, gain: {} },
      warnings: warningsOf(after.policy),
    };
    const [present, proposed] = [this.served.narrow(before), this.served.narrow(after)];
    for (const profile of await eligibilityProfiles(this.db, tenantId)) {
      const person = accountOf(profile, tenantId, now);
      count(found, profile.people, refusalOf(person, present, now), refusalOf(person, proposed, now));
    }
    return found;
  }
}

function count(found: PolicyPreview, people: number, before: Refusal | undefined, after: Refusal | undefined): void {
  const { lose, gain } = found.reasons;
  if (!before) found.couldBefore += people;
  if (!after) found.couldAfter += people;
  if (!before && after) {
    found.wouldLose += people;
    lose[after] = (lose[after] ?? 0) + people;
  }
  if (before && !after) {
    found.wouldGain += people;
    gain[before] = (gain[before] ?? 0) + people;
  }
}

/** What passes by itself does not count: a block, a contact that cools off, an agent that is silent just now. */
function refusalOf(person: AccountState, tenant: TenantState, now: string): Refusal | undefined {
  const verdict = eligibility(person, tenant, { agentAlive: true, source: '', now });
  return verdict.kind === 'refused' ? verdict.reason : undefined;
}

const accountOf = (
  { methods, by, linked, people: _, ...person }: EligibilityProfile,
  tenantId: string,
  at: string,
): AccountState => ({
  ...account.initial,
  ...person,
  accountId: 'somebody',
  tenantId,
  directoryUser: linked ? nowhere : null,
  methods: methods.map((method, n) => ({ methodId: String(n), method, by: by[n]!, at, contact: nowhere })),
});
