import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { presets } from '#libs/domain/tenant/policy';
import { firstThing } from './next-step.js';

const now = '2026-03-02T09:00:00.000Z';
const somebody = (changes: Partial<AccountState> = {}): AccountState => ({ ...account.initial, ...changes });
const app = { methodId: 'm1', method: 'app-code', contact: { ref: '', sha256: '' }, by: 'user', at: now } as const;

describe('what comes first after signing in', () => {
  it('is nothing, usually', () => expect(firstThing(somebody(), presets.hardened, now)).toBeUndefined());

  it('is the change of a password that has to be changed, and nothing else', () =>
    expect(firstThing(somebody({ mustChange: true, roles: ['helpdesk'] }), presets.hardened, now)).toEqual({
      next: 'change-password',
      limitedTo: 'change-password',
    }));

  it('is the app for a role without one, and nothing else', () => {
    expect(firstThing(somebody({ roles: ['auditor'] }), presets.hardened, now)).toEqual({
      next: 'register-methods',
      limitedTo: 'register-methods',
    });
    expect(firstThing(somebody({ roles: ['auditor'], methods: [app] }), presets.hardened, now)).toBeUndefined();
  });
});
