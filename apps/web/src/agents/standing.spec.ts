import { standingOf, type Agent } from './agents.js';
import { warningsOf } from './warnings.js';

const now = Date.UTC(2026, 10, 27, 12);
const at = (ms: number): string => new Date(now + ms).toISOString();

const alive: Agent = {
  agentId: 'a0000000-0000-4000-8000-000000000001',
  state: 'alive',
  usable: true,
  version: '0.1.0',
  createdAt: at(-9e6),
  enrolmentCodeExpiresAt: at(8e7),
  enrolledAt: at(-8e6),
  revokedAt: null,
  lastHeardAt: at(-2_000),
  sealingKeySince: at(-8e6),
  sealingKeyExpiresAt: at(7e7),
  sealingKeyDue: false,
  identityKeySince: at(-8e6),
  identityKeyDueAt: at(1e10),
  identityKeyDue: false,
  reportedAt: at(-20_000),
  machine: 'dc-agent-01',
  directory: {
    kind: 'ad',
    host: 'dc1.example.com',
    fenceAttribute: 'adminDescription',
    fenced: true,
    protectedGroups: 0,
    state: 'ready',
    since: at(-8e6),
  },
  lastErrors: [],
};
const waiting: Agent = { ...alive, state: 'waiting-for-enrolment', usable: false, enrolledAt: null, lastHeardAt: null };
const away: Agent = { ...alive, state: 'silent', usable: false, directory: { ...alive.directory!, state: 'away' } };

describe('what is said of an agent', () => {
  it.each<[ReturnType<typeof standingOf>, Agent]>([
    ['alive', alive],
    ['unusable', { ...alive, usable: false }],
    ['directory-away', away],
    ['directory-away', { ...away, state: 'alive', usable: true }],
    ['silent', { ...away, reportedAt: at(-200_000) }],
    ['never-heard', { ...alive, state: 'silent', lastHeardAt: null }],
    ['waiting', waiting],
    ['code-expired', { ...waiting, enrolmentCodeExpiresAt: at(0) }],
    ['revoked', { ...alive, state: 'revoked' }],
  ])('is %s', (standing, agent) => {
    expect(standingOf(agent, now)).toBe(standing);
  });

  it('warns of what somebody has to do', () => {
    expect(warningsOf(alive, now)).toEqual([]);
    expect(warningsOf({ ...alive, sealingKeyDue: true, identityKeyDue: true }, now)).toEqual([
      'sealingKeyDue',
      'identityKeyDue',
    ]);
    expect(warningsOf({ ...alive, sealingKeyDue: true, sealingKeyExpiresAt: at(0) }, now)).toEqual([
      'sealingKeyExpired',
    ]);
    const directory = { ...alive.directory!, kind: 'openldap' as const, fenced: false };
    expect(warningsOf({ ...alive, directory }, now)).toEqual(['unfenced', 'nobodyProtected']);
    expect(warningsOf({ ...alive, directory: null }, now)).toEqual(['tooOld']);
    expect(warningsOf({ ...waiting, enrolmentCodeExpiresAt: at(0) }, now)).toEqual(['codeExpired']);
    expect(warningsOf({ ...alive, state: 'revoked', identityKeyDue: true }, now)).toEqual([]);
  });
});
