import type { LoggedEvent } from './projected-event.js';
import { openCases } from './open-cases.js';
import { logged, rowsFrom } from './testing.js';

const [at, nextDay] = ['2026-01-01T10:00:00.000Z', '2026-01-02T10:00:00.000Z'];
const accountId = 'a';
const tenantId = 't';
const stream = 'account-a';

const opened = (caseId = 'case-1', position = 7n) =>
  logged(stream, 'HelpdeskCaseOpened', { accountId, tenantId, caseId, memberId: 'member', at }, { position });
const wordSent = logged(stream, 'VerificationWordSent', { accountId, caseId: 'case-1', at });
const confirmed = logged(stream, 'VerificationWordConfirmed', { accountId, caseId: 'case-1', at });
const passSent = logged(stream, 'AccessPassIssued', { accountId, caseId: 'case-1', at });
const assisted = (outcome: 'succeeded' | 'failed', act: 'password-reset' | 'blocks-lifted' = 'password-reset') =>
  logged(stream, 'HelpdeskAssisted', { accountId, caseId: 'case-1', act, outcome, at });
const reported = logged(stream, 'NotMeReported', { accountId, tenantId, caseId: 'case-2', at });
const proposed = logged(stream, 'ContactProposed', {
  ...{ accountId, tenantId, caseId: 'case-1', memberId: 'member', expiresAt: nextDay, at },
});

const rows = (...events: LoggedEvent[]) => rowsFrom(openCases, ...events);

describe('open cases', () => {
  it('begin with who helps whom, for a day', () => {
    expect(rows(opened())).toEqual([
      {
        case_key: 'assistance/a',
        kind: 'assistance',
        case_id: 'case-1',
        account_id: 'a',
        tenant_id: 't',
        member_id: 'member',
        progress: 'opened',
        opened_at: at,
        expires_at: nextDay,
        position: '7',
      },
    ]);
  });

  it('tell how far the member came', () => {
    expect(rows(opened(), wordSent)[0]?.progress).toBe('word-sent');
    expect(rows(opened(), wordSent, confirmed)[0]?.progress).toBe('caller-verified');
    expect(rows(opened(), wordSent, confirmed, passSent)[0]?.progress).toBe('pass-sent');
  });

  it('are over once the password is new, and not before', () => {
    expect(rows(opened(), passSent, assisted('succeeded'))).toEqual([]);
    expect(rows(opened(), passSent, assisted('failed'))).toHaveLength(1);
    expect(rows(opened(), assisted('succeeded', 'blocks-lifted'))).toHaveLength(1);
    expect(rows(assisted('succeeded'))).toEqual([]);
  });

  it('the next one that is opened takes the place of the last, and what the last did changes nothing', () => {
    expect(rows(opened(), opened('case-2', 9n))).toMatchObject([{ case_id: 'case-2', position: '9' }]);
    expect(rows(opened(), opened('case-2', 9n), passSent, assisted('succeeded'))).toMatchObject([
      { case_id: 'case-2', progress: 'opened' },
    ]);
  });

  it('include what somebody disowned, until it is lifted', () => {
    expect(rows(opened(), reported)).toHaveLength(2);
    expect(rows(reported)).toMatchObject([{ kind: 'not-me', case_id: 'case-2', member_id: null, expires_at: null }]);
    expect(rows(reported, logged(stream, 'NotMeLifted', { accountId, caseId: 'case-2', memberId: 'm', at }))).toEqual(
      [],
    );
  });

  it('include a contact that waits for a second administrator, until somebody decides or it is late', () => {
    expect(rows(proposed)).toMatchObject([{ kind: 'contact-approval', member_id: 'member', expires_at: nextDay }]);
    const decided = { accountId, proposalId: 'p', memberId: 'other', at };
    expect(rows(proposed, logged(stream, 'ContactApproved', decided))).toEqual([]);
    expect(rows(proposed, logged(stream, 'ContactRejected', decided))).toEqual([]);
    expect(rows(proposed, logged(stream, 'ContactProposalExpired', decided))).toEqual([]);
  });
});
