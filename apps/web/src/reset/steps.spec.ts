import type { RecoveryView } from '../api/contract.js';
import { isStale } from './is-stale.js';
import { stepOf, whenReturningTo } from './steps.js';

const view = (changes: Partial<RecoveryView>): RecoveryView => ({
  recoveryId: 'r',
  supportCode: 's',
  canUnlock: false,
  expiresAt: '2026-01-01T00:15:00Z',
  status: 'choosing-method',
  gatesRequired: 1,
  gatesPassed: 0,
  methods: [],
  ...changes,
});

describe('the wizard’s steps', () => {
  it.each([
    ['choosing-method', 'method'],
    ['challenged', 'code'],
    ['choosing-password', 'password'],
    ['writing-back', 'waiting'],
    ['unlocking', 'waiting'],
    ['succeeded', 'closed'],
    ['blocked', 'closed'],
    ['abandoned', 'closed'],
  ] as const)('%s asks for %s', (status, step) => expect(stepOf(view({ status }))).toBe(step));

  it('lets another way be chosen while a code is awaited', () => {
    expect(whenReturningTo('method', 'code')).toBe('show');
  });
  it('does nothing twice', () => {
    expect(whenReturningTo('code', 'password')).toBe('stay');
    expect(whenReturningTo('method', 'password')).toBe('stay');
  });
  it('asks before a recovery is left', () => {
    expect(whenReturningTo('identify', 'method')).toBe('confirm-stop');
    expect(whenReturningTo(undefined, 'code')).toBe('confirm-stop');
  });
});

describe('views that overtake each other', () => {
  const challenged = view({ status: 'challenged' });
  const verified = view({ status: 'choosing-password', gatesPassed: 1 });
  const writing = view({ status: 'writing-back', gatesPassed: 1 });

  it('never goes back behind a passed gate', () => {
    expect(isStale(challenged, verified)).toBe(true);
    expect(isStale(verified, challenged)).toBe(false);
  });
  it('never opens what is closed, but takes a corrected ending', () => {
    expect(isStale(writing, view({ status: 'failed' }))).toBe(true);
    expect(isStale(view({ status: 'succeeded' }), view({ status: 'failed' }))).toBe(false);
  });
  it('reopens a submitted password only with the directory’s verdict', () => {
    expect(isStale(verified, writing)).toBe(true);
    expect(isStale({ ...verified, rejection: { reasons: ['directory-policy'] } }, writing)).toBe(false);
  });
  it('goes by the revision where the server tells it', () => {
    expect(isStale({ ...writing, revision: 4 }, { ...verified, revision: 5 })).toBe(true);
    expect(isStale({ ...challenged, revision: 6 }, { ...verified, revision: 5 })).toBe(false);
  });
  it('is never about another recovery', () => {
    expect(isStale({ ...verified, recoveryId: 'other' }, challenged)).toBe(true);
  });
});
