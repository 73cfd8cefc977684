import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import type { Errand, WritebackResult } from '#libs/domain/writeback/writeback.events';
import { writeback } from '#libs/domain/writeback/writeback';
import { closingOf } from './closing.js';
import { verdictOf } from './verdict.js';

const now = '2026-03-02T09:00:00.000Z';
const errand: Errand = {
  writebackId: 'writeback-1',
  tenantId: 'tenant-1',
  accountId: 'account-1',
  recoveryId: 'recovery-1',
  kind: 'reset',
  fence: 7,
  sealed: null,
  doubleReset: false,
  deadline: now,
};
const submitted = (writebackId = 'writeback-1'): RecoveryState => ({
  ...recovery.initial,
  phase: 'submitted',
  submission: {
    attempt: 1,
    credentialId: 'credential-1',
    credential: { ref: '', sha256: '' },
    writeback: { writebackId, deadline: now, doubleReset: false },
    at: now,
  },
});
const closed = (reason: 'writeback-timed-out' | 'problem-on-premises' | 'not-me'): RecoveryState => ({
  ...submitted(),
  phase: 'closed',
  outcome: { result: 'failed', reason },
});
const verdict = (result: WritebackResult, rules?: { minimumLength: number }) =>
  verdictOf({
    ...writeback.initial,
    phase: 'reported',
    report: {
      writebackId: 'writeback-1',
      recoveryId: 'recovery-1',
      agentId: 'agent-1',
      result,
      writes: 0,
      fenced: true,
      ...(rules && { rules }),
      doneAt: now,
      at: now,
    },
  })!;

it('reopens the recovery with the directory’s rules, at the fence of the refused writeback', () => {
  const rules = { minimumLength: 12 };
  expect(closingOf(verdict('rejected-by-policy', rules), errand, submitted(), now)).toEqual({
    type: 'RejectPassword',
    data: { credentialId: 'credential-1', reasons: ['directory-policy'], rules, epoch: 7, now },
  });
});

it('leaves a recovery alone that has submitted another password since', () => {
  expect(closingOf(verdict('succeeded'), errand, submitted('writeback-2'), now)).toBeUndefined();
  expect(closingOf(verdict('stale'), errand, submitted('writeback-2'), now)).toBeUndefined();
});

describe('a receipt that comes late', () => {
  it('corrects a failure into what is true', () => {
    for (const reason of ['writeback-timed-out', 'problem-on-premises'] as const) {
      expect(closingOf(verdict('succeeded'), errand, closed(reason), now)).toMatchObject({
        type: 'CorrectOutcome',
        data: { outcome: { result: 'succeeded', reason: 'reset' } },
      });
    }
    expect(closingOf(verdict('rejected-by-policy'), errand, closed('writeback-timed-out'), now)).toMatchObject({
      data: { outcome: { result: 'failed', reason: 'policy-rejected' } },
    });
  });

  it('does not take back what its owner disowned', () => {
    expect(closingOf(verdict('succeeded'), errand, closed('not-me'), now)).toBeUndefined();
  });
});
