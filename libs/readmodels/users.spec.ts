import type { LoggedEvent } from './projected-event.js';
import { logged, rowsFrom } from './testing.js';
import { users } from './users.js';

const [at, later] = ['2026-01-01T10:00:00.000Z', '2026-02-01T10:00:00.000Z'];
const username = { ref: 'ref', sha256: 'sha' };
const accountId = 'a';

const created = logged('account-a', 'AccountCreated', {
  accountId,
  tenantId: 't',
  origin: 'cloud',
  username,
  language: 'ja',
  roles: ['auditor'],
  groups: ['g'],
  licensed: true,
  at,
});

const row = (...events: LoggedEvent[]) => rowsFrom(users, created, ...events)[0];

describe('users', () => {
  it('begins with what the account was created with, and no personal data', () => {
    expect(row()).toEqual({
      account_id: 'a',
      tenant_id: 't',
      origin: 'cloud',
      username,
      language: 'ja',
      roles: ['auditor'],
      groups: ['g'],
      licensed: true,
      disabled: false,
      linked: false,
      methods: [],
      credential_set_at: null,
      last_sign_in_at: null,
      seen_at_directory_on: null,
      created_at: at,
    });
  });

  it('is disabled and enabled', () => {
    const disabled = logged('account-a', 'AccountDisabled', { accountId });
    expect(row(disabled)?.disabled).toBe(true);
    expect(row(disabled, logged('account-a', 'AccountEnabled', { accountId }))?.disabled).toBe(false);
  });

  it('follows what administrators decide', () => {
    const changed = row(
      logged('account-a', 'RolesChanged', { accountId, roles: ['ops'] }),
      logged('account-a', 'LicenceRemoved', { accountId }),
      logged('account-a', 'LanguageChanged', { accountId, language: 'en' }),
      logged('account-a', 'GroupJoined', { accountId, groupId: 'h' }),
      logged('account-a', 'GroupLeft', { accountId, groupId: 'g' }),
    );
    expect(changed).toMatchObject({ roles: ['ops'], licensed: false, language: 'en', groups: ['h'] });
    expect(row(logged('account-a', 'LicenceAssigned', { accountId }))?.licensed).toBe(true);
  });

  it('knows methods by kind and who registered them, not their contacts', () => {
    const registered = logged('account-a', 'MethodRegistered', {
      accountId,
      methodId: 'm',
      method: 'email',
      contact: { ref: 'secret', sha256: 'x' },
      by: 'import',
      at,
    });
    expect(row(registered)?.methods).toEqual([{ methodId: 'm', method: 'email', by: 'import', at }]);
  });

  it('knows when the password was last set, however it was', () => {
    for (const type of ['PasswordSet', 'PasswordChanged', 'PasswordReset'] as const) {
      expect(row(logged('account-a', type, { accountId, at: later }))?.credential_set_at).toBe(later);
    }
  });

  it('knows the last sign-in', () => {
    expect(row(logged('session-s', 'SessionStarted', { accountId, at: later }))?.last_sign_in_at).toBe(later);
  });

  it('knows the day of the last sign-in at the directory, of people it has', () => {
    const seen = logged('signins-a', 'DirectorySignInSeen', { accountId, on: '2026-02-01', at: later });
    expect(row(seen)?.seen_at_directory_on).toBe('2026-02-01');
    expect(rowsFrom(users, seen)).toEqual([]);
  });

  it('makes no row of decoys', () => {
    expect(rowsFrom(users, logged('decoy-x', 'ProofReserved', { accountId: '' }))).toEqual([]);
  });
});
