import { account } from '../account/account.js';
import { eligibility } from '../account/eligibility.js';
import { presets, type PolicyChanges } from '../tenant/policy.js';
import { patched } from '../tenant/policy-patch.js';
import { tenant, type TenantState } from '../tenant/tenant.js';
import { hybridObstacle, type AgentStanding, type HybridObstacle } from './hybrid-obstacle.js';

const now = '2026-03-02T09:00:00.000Z';
const waiting: AgentStanding = { enrolled: false, alive: false, usable: false, withoutDirectory: false };
const silent: AgentStanding = { ...waiting, enrolled: true };
const cutOff: AgentStanding = { ...silent, withoutDirectory: true };
const keyless: AgentStanding = { ...silent, alive: true };
const usable: AgentStanding = { ...keyless, usable: true };

const organisation = (changes: PolicyChanges = {}, rest: Partial<TenantState> = {}): TenantState => ({
  ...tenant.initial,
  tenantId: 'tenant-1',
  plan: 'p1',
  policy: patched(presets.hardened, { enabledFor: 'all', writeback: true, ...changes }),
  ...rest,
});

/** A hybrid person whom nothing of their own keeps from it. */
const person = {
  ...account.initial,
  accountId: 'account-1',
  origin: 'hybrid' as const,
  groups: ['sspr-users'],
  licensed: true,
  directoryUser: { ref: 'directory-user', sha256: '' },
  methods: [
    {
      methodId: 'method-1',
      method: 'email' as const,
      contact: { ref: 'mail', sha256: '' },
      by: 'user' as const,
      at: now,
    },
  ],
};

const cases: [HybridObstacle | undefined, TenantState, readonly AgentStanding[]][] = [
  [undefined, organisation(), [usable]],
  [undefined, organisation(), [waiting, silent, keyless, usable]],
  [undefined, organisation({ enabledFor: 'selected', groups: ['sspr-users'] }), [usable]],
  ['not-enabled-for-tenant', organisation({ enabledFor: 'none' }), [usable]],
  ['not-enabled-for-tenant', organisation({ enabledFor: 'selected', groups: [] }), [usable]],
  ['plan-without-writeback', organisation({}, { plan: 'business-standard' }), [usable]],
  ['plan-without-writeback', organisation({}, { plan: 'free' }), [usable]],
  ['writeback-off', organisation({ writeback: false }), [usable]],
  ['no-agent', organisation(), []],
  ['agent-not-enrolled', organisation(), [waiting]],
  ['agent-silent', organisation(), [waiting, silent]],
  ['directory-unreachable', organisation(), [silent, cutOff]],
  ['agent-key-expired', organisation(), [cutOff, keyless]],
];

describe('what keeps hybrid people from resetting', () => {
  it.each(cases)('is %s', (obstacle, where, agents) => {
    expect(hybridObstacle(where, agents)).toBe(obstacle);
  });

  it.each(cases)('and then eligibility agrees (%s)', (obstacle, where, agents) => {
    const agentAlive = where.policy.writeback && agents.some((agent) => agent.usable);
    const { kind } = eligibility(person, where, { agentAlive, source: 'source-1', now, served: ['email'] });
    expect(kind).toBe(obstacle === undefined ? 'eligible' : 'refused');
  });
});
