import { eventTypes } from '#libs/domain/events';
import { audit } from './audit.js';
import { logged, rowsFrom } from './testing.js';

const at = '2026-01-01T10:00:00.000Z';

describe('audit list', () => {
  it('A6: has one row for each event of every type', () => {
    const events = eventTypes.map((type, n) => logged('recovery-r', type, { at }, { position: BigInt(n) }));
    expect(rowsFrom(audit, ...events).map(({ type }) => type)).toEqual(eventTypes);
  });

  it('A6: says who, when, under which policy, and nothing of what', () => {
    const recordedAt = new Date('2026-01-01T10:00:00.007Z');
    const event = logged(
      'recovery-r',
      'RecoveryStarted',
      { tenantId: 't', subject: { kind: 'account', accountId: 'a', origin: 'cloud', epoch: 1 }, at },
      {
        id: 'e',
        position: 12345678901234567n,
        recordedAt,
        metadata: { correlationId: 'c', actor: { kind: 'user', id: 'a' }, clientRef: 'ref', policyVersion: 4 },
      },
    );
    expect(rowsFrom(audit, event)).toEqual([
      {
        position: '12345678901234567',
        event_id: 'e',
        type: 'RecoveryStarted',
        stream: 'recovery-r',
        revision: '0',
        tenant_id: 't',
        account_id: 'a',
        correlation_id: 'c',
        actor_kind: 'user',
        actor_id: 'a',
        client_ref: 'ref',
        policy_version: 4,
        at,
        recorded_at: recordedAt.toISOString(),
      },
    ]);
  });

  it('takes the account from its stream, the data or the subject; decoys have none', () => {
    const accountIn = (event: ReturnType<typeof logged>) => rowsFrom(audit, event)[0]?.account_id;
    const decoy = { kind: 'decoy', token: 'x', refusal: 'unknown-user' } as const;
    expect(accountIn(logged('account-a', 'ProofSettled', { accountId: 'a', at }))).toBe('a');
    expect(accountIn(logged('session-s', 'SessionStarted', { accountId: 'a', at }))).toBe('a');
    expect(accountIn(logged('decoy-x', 'ProofReserved', { accountId: '', at }))).toBeNull();
    expect(accountIn(logged('recovery-r', 'RecoveryStarted', { subject: decoy, at }))).toBeNull();
    expect(accountIn(logged('recovery-r', 'ChallengePassed', { at }))).toBeNull();
  });
});
