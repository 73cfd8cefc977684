import type { AgentReport } from '#libs/directory/protocol/agent-report';
import { identityKeyMs } from '#libs/domain/agent/agent';
import { days, hours, minutes, plus, seconds } from '#libs/domain/time';
import type { AgentRow } from '#libs/readmodels/agents';
import { agentView, standingOf, type AgentFacts } from './agent-view.js';

const now = '2026-03-02T09:00:00.000Z';
const ago = (ms: number): string => plus(now, -ms);

const row = (changes: Partial<AgentRow> = {}): AgentRow => ({
  agent_id: 'agent-1',
  tenant_id: 'tenant-1',
  created_at: ago(days(10)),
  code_expires_at: ago(days(9)),
  enrolled_at: ago(days(10)),
  revoked_at: null,
  version: '0.1.0',
  sealing_key_expires_at: plus(now, hours(20)),
  identity_key_since: ago(days(10)),
  troubles: [],
  ...changes,
});
const report = (changes: Partial<AgentReport> = {}, directory: object = {}): AgentReport => ({
  version: '0.2.0',
  machine: 'dc-agent-01',
  directory: {
    kind: 'ad',
    host: 'dc1.example.com',
    fenceAttribute: 'adminDescription',
    fenced: true,
    protectedGroups: 0,
    state: 'ready',
    since: ago(days(1)),
    ...directory,
  },
  troubles: [],
  ...changes,
});
const facts = (changes: Partial<AgentFacts> = {}): AgentFacts => ({
  heardAt: ago(seconds(5)),
  told: undefined,
  usable: true,
  now,
  ...changes,
});

describe('how an agent stands', () => {
  it.each([
    ['revoked', row({ revoked_at: now }), facts()],
    ['waiting-for-enrolment', row({ enrolled_at: null }), facts({ heardAt: undefined })],
    ['alive', row(), facts()],
    ['silent', row(), facts({ heardAt: ago(seconds(30)) })],
    ['silent', row(), facts({ heardAt: undefined })],
  ] as const)('is %s', (state, of, with_) => {
    expect(agentView(of, with_).state).toBe(state);
  });

  it('is without its directory while it tells so, and not once it is quiet altogether', () => {
    const told = (ms: number) => ({ at: ago(ms), report: report({}, { state: 'away', trouble: 'econnrefused' }) });
    const silent = facts({ heardAt: ago(hours(1)), usable: false });
    const standing = (ms: number) => standingOf(agentView(row(), { ...silent, told: told(ms) }), now);
    expect(standing(minutes(1))).toEqual({ enrolled: true, alive: false, usable: false, withoutDirectory: true });
    expect(standing(minutes(4)).withoutDirectory).toBe(false);
  });

  it('is told by what it says of itself, where it does', () => {
    expect(agentView(row(), facts())).toMatchObject({ version: '0.1.0', machine: null, directory: null });
    const told = { at: ago(seconds(20)), report: report() };
    expect(agentView(row(), facts({ told }))).toMatchObject({
      version: '0.2.0',
      machine: 'dc-agent-01',
      reportedAt: ago(seconds(20)),
      directory: { kind: 'ad', state: 'ready' },
    });
  });
});

describe('the ages of its keys', () => {
  const dueOf = (changes: Partial<AgentRow>) => {
    const { sealingKeyDue, identityKeyDue } = agentView(row(changes), facts());
    return [sealingKeyDue, identityKeyDue];
  };

  it('are fine for 22 hours, and for six months', () => {
    expect(dueOf({ sealing_key_expires_at: plus(now, hours(2) + 1) })).toEqual([false, false]);
    expect(dueOf({ sealing_key_expires_at: plus(now, hours(2)) })).toEqual([true, false]);
    expect(dueOf({ sealing_key_expires_at: ago(days(3)) })).toEqual([true, false]);
    expect(dueOf({ identity_key_since: ago(identityKeyMs - 1) })).toEqual([false, false]);
    expect(dueOf({ identity_key_since: ago(identityKeyMs) })).toEqual([false, true]);
  });

  it('are nobody’s trouble once it is revoked', () => {
    const old = { sealing_key_expires_at: ago(days(3)), identity_key_since: ago(days(400)), revoked_at: now };
    expect(dueOf(old)).toEqual([false, false]);
  });

  it('begin when the key was taken', () => {
    const { sealingKeySince, identityKeyDueAt } = agentView(row(), facts());
    expect([sealingKeySince, identityKeyDueAt]).toEqual([ago(hours(4)), plus(ago(days(10)), identityKeyMs)]);
  });
});

describe('its last errors', () => {
  const write = (result: string, writebackId: string, at: string) => ({ at, result, trouble: null, writebackId });

  it.each([
    ['unreachable', 'KTA-208'],
    ['permission-denied', 'KTA-206'],
    ['unfinished', 'KTA-204'],
    ['protected', 'KTA-201'],
  ])('are found in its log: %s as %s', (result, eventId) => {
    const [error] = agentView(row({ troubles: [write(result, 'write-1', now)] }), facts()).lastErrors;
    expect(error).toEqual({ at: now, eventId, result, trouble: null, writebackId: 'write-1' });
  });

  it('are told once, whoever tells them, the latest first', () => {
    const troubles = [write('unreachable', 'write-1', ago(minutes(9)))];
    const told = report({
      troubles: [
        { at: ago(minutes(1)), eventId: 'KTA-111', trouble: 'econnrefused' },
        { at: ago(minutes(9)), eventId: 'KTA-208', trouble: 'ldap-51', writebackId: 'write-1' },
        { at: ago(minutes(20)), eventId: 'KTA-402' },
      ],
    });
    const { lastErrors, lastTroubles } = agentView(row({ troubles }), facts({ told: { at: now, report: told } }));
    expect(lastErrors.map(({ eventId }) => eventId)).toEqual(['KTA-111', 'KTA-208', 'KTA-402']);
    expect(lastTroubles).toEqual([{ at: ago(minutes(9)), result: 'unreachable', trouble: null }]);
  });
});
