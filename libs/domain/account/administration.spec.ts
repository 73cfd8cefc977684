import { given } from '../testing.js';
import { account } from './account.js';
import type { AccountEvent } from './account.events.js';
import type { Administered } from './administration.js';

const now = '2026-03-02T09:00:00.000Z';
const created: AccountEvent = {
  type: 'AccountCreated',
  data: {
    accountId: 'a',
    tenantId: 't',
    origin: 'cloud',
    username: { ref: 'r', sha256: 's' },
    language: 'en',
    roles: [],
    groups: ['one', 'two'],
    licensed: true,
    at: now,
  },
};
const administering = (changes: Administered) => ({ type: 'AdministerAccount', data: { ...changes, now } }) as const;

describe('administering an account', () => {
  it('does all of it at once, and tells each change by itself', () => {
    const past = given(account, created);
    const wish = administering({
      disabled: true,
      roles: ['auditor'],
      licensed: false,
      language: 'ja',
      groups: ['two', 'three'],
    });
    past
      .when(wish)
      .then(
        { type: 'AccountDisabled', data: { accountId: 'a', epoch: 1, at: now } },
        { type: 'RolesChanged', data: { accountId: 'a', old: [], roles: ['auditor'], epoch: 2, at: now } },
        { type: 'LicenceRemoved', data: { accountId: 'a', at: now } },
        { type: 'LanguageChanged', data: { accountId: 'a', language: 'ja', at: now } },
        { type: 'GroupJoined', data: { accountId: 'a', groupId: 'three', at: now } },
        { type: 'GroupLeft', data: { accountId: 'a', groupId: 'one', at: now } },
      );
    expect(given(account, created, ...past.when(wish).events()).state).toMatchObject({
      disabled: true,
      roles: ['auditor'],
      rolesChangedAt: now,
      licensed: false,
      language: 'ja',
      groups: ['two', 'three'],
      epoch: 2,
    });
  });

  it('stays quiet when it is so already', () => {
    given(account, created)
      .when(administering({ disabled: false, roles: [], licensed: true, language: 'en', groups: ['two', 'one'] }))
      .thenNothing();
    given(account, created).when(administering({})).thenNothing();
  });

  it('raises the epoch for what a recovery under way rests on, and for nothing else', () => {
    const epochAfter = (changes: Administered) =>
      given(account, created, ...given(account, created).when(administering(changes)).events()).state.epoch;
    expect(epochAfter({ roles: ['ops'] })).toBe(1);
    expect(epochAfter({ disabled: true })).toBe(1);
    expect(epochAfter({ licensed: false, language: 'ja', groups: [] })).toBe(0);
  });

  it('refuses an account that does not exist', () => {
    given(account)
      .when(administering({ licensed: true }))
      .thenRefuses('account-unknown');
    given(account)
      .when({ type: 'JoinGroup', data: { groupId: 'g', now } })
      .thenRefuses('account-unknown');
  });

  it('joins and leaves a group once', () => {
    const joined: AccountEvent = { type: 'GroupJoined', data: { accountId: 'a', groupId: 'three', at: now } };
    given(account, created)
      .when({ type: 'JoinGroup', data: { groupId: 'three', now } })
      .then(joined);
    given(account, created, joined)
      .when({ type: 'JoinGroup', data: { groupId: 'three', now } })
      .thenNothing();
    given(account, created)
      .when({ type: 'LeaveGroup', data: { groupId: 'one', now } })
      .then({ type: 'GroupLeft', data: { accountId: 'a', groupId: 'one', at: now } });
    given(account, created)
      .when({ type: 'LeaveGroup', data: { groupId: 'three', now } })
      .thenNothing();
  });
});
