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

  it('corrects whatever else it ended with, and nothing twice', () => {
    const left: RecoveryState = {
      ...submitted(),
      phase: 'closed',
      outcome: { result: 'abandoned', reason: 'while-choosing-a-password' },
    };
    expect(closingOf(verdict('succeeded'), errand, left, now)).toMatchObject({ type: 'CorrectOutcome' });
    expect(closingOf(verdict('stale'), errand, left, now)).toBeUndefined();
    expect(closingOf(verdict('expired'), errand, closed('writeback-timed-out'), now)).toBeUndefined();
  });

  it('does not take back what its owner disowned', () => {
    expect(closingOf(verdict('succeeded'), errand, closed('not-me'), now)).toBeUndefined();
  });
});

it('ends a recovery whose password was called rejected when another agent had written it', () => {
  const { submission: _, ...rest } = submitted();
  const reopened: RecoveryState = { ...rest, phase: 'open', submission: null, attempts: 1 };
  const reset = { ...errand, credentialId: 'credential-1' };
  expect(closingOf(verdict('succeeded'), reset, reopened, now)).toEqual({
    type: 'SucceedRecovery',
    data: { credentialId: 'credential-1', late: true, now },
  });
  expect(closingOf(verdict('stale'), reset, reopened, now)).toBeUndefined();
});

it('ends a recovery as its owner’s no more when the account was disowned after the writeback was asked for', () => {
  const notMe = { type: 'SupersedeRecovery', data: { why: 'not-me', now } };
  expect(closingOf(verdict('succeeded'), errand, submitted(), now, true)).toEqual(notMe);
  expect(closingOf(verdict('rejected-by-policy'), errand, submitted(), now, true)).toEqual(notMe);
  expect(closingOf(verdict('succeeded'), errand, closed('writeback-timed-out'), now, true)).toMatchObject({
    type: 'CorrectOutcome',
    data: { outcome: { result: 'failed', reason: 'not-me' } },
  });
});
