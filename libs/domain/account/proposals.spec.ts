import { given } from '../testing.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { account } from './account.js';
import type { AccountEvent } from './account.events.js';
import type { Role } from './lifecycle.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const minute = (n: number): Instant => plus(start, minutes(n));
const [accountId, tenantId, caseId, proposalId] = ['account-1', 'tenant-1', 'case-1', 'proposal-1'];
const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });
const who = (memberId: string, ...roles: Role[]) => ({ memberId, tenantId, roles });
const [first, second] = [who('admin-1', 'authentication-administrator'), who('admin-2', 'global-administrator')];

type EventOf<T extends AccountEvent['type']> = Extract<AccountEvent, { type: T }>;
const event = <T extends AccountEvent['type']>(type: T, data: EventOf<T>['data']): AccountEvent =>
  ({ type, data }) as AccountEvent;

const created = event('AccountCreated', {
  ...{ accountId, tenantId, origin: 'cloud', username: vaulted('username'), language: 'ja' },
  ...{ roles: [], groups: [], licensed: true, at: start },
});
const opened = event('HelpdeskCaseOpened', { accountId, tenantId, caseId, memberId: 'admin-1', at: minute(1) });
const proposed = event('ContactProposed', {
  ...{ accountId, tenantId, proposalId, caseId, memberId: 'admin-1', method: 'email', contact: vaulted('new') },
  ...{ expiresAt: plus(minute(2), hours(24)), at: minute(2) },
});
const told = {
  notices: [{ noticeId: 'n', template: 'contact-was-proposed', contact: vaulted('old') }],
  alerts: [{ alertId: 'a', template: 'contact-needs-approval' }],
} as const;
const proposing = (member = first, now = minute(2)) =>
  ({
    type: 'ProposeContact',
    data: { member, proposalId, caseId, method: 'email', contact: vaulted('new'), ...told, now },
  }) as const;
const approving = (member = second, now = minute(3)) =>
  ({
    type: 'ApproveContact',
    data: { member, proposalId, methodId: 'method-1', coolingOffHours: 24, notices: [], alerts: [], now },
  }) as const;
const rejecting = (member = second) =>
  ({ type: 'RejectContact', data: { member, proposalId, now: minute(3) } }) as const;
const assisted = (
  n: number,
  rest: Pick<EventOf<'HelpdeskAssisted'>['data'], 'outcome' | 'reason'>,
  memberId = 'admin-1',
) =>
  event('HelpdeskAssisted', { accountId, tenantId, caseId, memberId, act: 'contact-replaced', ...rest, at: minute(n) });
const underWay = [created, opened, proposed];

describe('a new contact for somebody who can reach none of theirs', () => {
  it('is proposed within a case, with everybody told in the same append', () => {
    given(account, created, opened)
      .when(proposing())
      .then(
        proposed,
        event('AlertRaised', { ...told.alerts[0], accountId, tenantId, at: minute(2) }),
        event('NoticeRequested', { ...told.notices[0], accountId, tenantId, at: minute(2) }),
      );
    given(account, created).when(proposing()).thenRefuses('case-not-open');
    given(account, created, opened).when(proposing(second)).thenRefuses('not-allowed');
    given(account, ...underWay)
      .when(proposing())
      .thenRefuses('proposal-open');
  });

  it('is registered when a different administrator approves, and recovers after the cooling-off', () => {
    given(account, ...underWay)
      .when(approving())
      .then(
        event('ContactApproved', { accountId, proposalId, memberId: 'admin-2', at: minute(3) }),
        event('MethodRegistered', {
          ...{ accountId, methodId: 'method-1', method: 'email', contact: vaulted('new'), by: 'administrator' },
          ...{ recoversFrom: plus(minute(3), hours(24)), epoch: 1, at: minute(3) },
        }),
        assisted(3, { outcome: 'succeeded' }),
      );
  });

  it('is approved neither by who proposed it, nor by somebody below, elsewhere or too late', () => {
    const story = given(account, ...underWay);
    story.when(approving(first)).thenRefuses('not-allowed');
    story.when(approving(who('admin-3'))).thenRefuses('not-allowed');
    story.when(approving({ ...second, tenantId: 'tenant-2' })).thenRefuses('not-found');
    story.when(approving(second, plus(minute(2), hours(24)))).thenRefuses('proposal-not-open');
  });

  it('is decided once', () => {
    const approved = event('ContactApproved', { accountId, proposalId, memberId: 'admin-2', at: minute(3) });
    given(account, ...underWay, approved)
      .when(approving())
      .thenRefuses('proposal-not-open');
    given(account, ...underWay, approved)
      .when(rejecting())
      .thenRefuses('proposal-not-open');
  });

  it('may be rejected, also by who proposed it', () => {
    for (const member of [first, second]) {
      const { memberId } = member;
      given(account, ...underWay)
        .when(rejecting(member))
        .then(
          event('ContactRejected', { accountId, proposalId, memberId, at: minute(3) }),
          assisted(3, { outcome: 'failed', reason: 'rejected' }),
        );
    }
  });

  it('ends after a day', () => {
    const expiring = (now: Instant) => ({ type: 'ExpireProposal', data: { proposalId, now } }) as const;
    const end = 24 * 60 + 2;
    given(account, ...underWay)
      .when(expiring(minute(end - 1)))
      .thenNothing();
    given(account, ...underWay)
      .when(expiring(minute(end)))
      .then(
        event('ContactProposalExpired', { accountId, proposalId, at: minute(end) }),
        assisted(end, { outcome: 'failed', reason: 'not-approved' }),
      );
  });
});
