import { roles, type Role } from '../account/lifecycle.js';
import { given } from '../testing.js';
import { access, readingRoles, type AccessEvent, type Forbidden } from './access.js';

const now = '2026-03-02T09:00:00.000Z';
const subject = { recoveryId: 'recovery-1', tenantId: 'tenant-1', accountId: 'account-1' };
const auditor = { accountId: 'auditor-1', tenantId: 'tenant-1', roles: ['auditor'] as readonly Role[] };
const reading = { refs: ['ref-1', 'ref-2'], reason: { ref: 'reason-1', sha256: 'sha' } };
const read = (wish: object = {}) =>
  ({ type: 'ReadPersonalData', data: { subject, reader: auditor, ...reading, now, ...wish } }) as const;
const refuse = (wish: object = {}) =>
  ({ type: 'RefuseReading', data: { subject, reader: auditor, now, ...wish } }) as const;
const refused = (askedBy: string, why: Forbidden, of: object = {}): AccessEvent => ({
  type: 'PersonalDataRefused',
  data: { ...subject, ...of, askedBy, why, at: now },
});

describe('ReadPersonalData', () => {
  it.each(readingRoles)('is done by %s of the tenant, and says who, what and why', (role) =>
    given(access)
      .when(read({ reader: { ...auditor, roles: ['helpdesk', role] } }))
      .then({ type: 'PersonalDataRead', data: { ...subject, readBy: 'auditor-1', ...reading, at: now } }),
  );

  it('is a new event each time', () => {
    const [first] = given(access).when(read()).events();
    given(access, first!).when(read()).then(first!);
  });

  it.each(roles.filter((role) => !(readingRoles as readonly Role[]).includes(role)))('refuses %s', (role) =>
    given(access)
      .when(read({ reader: { ...auditor, roles: [role] } }))
      .thenRefuses('not-allowed', { why: 'role' }),
  );

  it('refuses whoever has no role, is of another tenant, and everybody where there is no tenant', () => {
    const refuses = (wish: object, why: Forbidden) =>
      given(access).when(read(wish)).thenRefuses('not-allowed', { why });
    refuses({ reader: { ...auditor, roles: [] } }, 'role');
    refuses({ reader: { ...auditor, tenantId: 'tenant-2' } }, 'other-tenant');
    refuses({ subject: { ...subject, tenantId: null } }, 'no-tenant');
    refuses({ subject: { ...subject, tenantId: null }, reader: { ...auditor, tenantId: '' } }, 'no-tenant');
  });
});

describe('RefuseReading', () => {
  const stranger = { ...auditor, tenantId: 'tenant-2' };

  it('says who was refused and why', () => {
    given(access)
      .when(refuse({ reader: { ...auditor, roles: ['ops'] } }))
      .then(refused('auditor-1', 'role'));
    given(access)
      .when(refuse({ subject: { ...subject, tenantId: null } }))
      .then(refused('auditor-1', 'no-tenant', { tenantId: null }));
  });

  it('stays quiet about those who may read, and after 20 refusals', () => {
    given(access).when(refuse()).thenNothing();
    const twenty = Array.from({ length: 20 }, () => refused('auditor-1', 'other-tenant'));
    given(access, ...twenty.slice(1))
      .when(refuse({ reader: stranger }))
      .then(refused('auditor-1', 'other-tenant'));
    given(access, ...twenty)
      .when(refuse({ reader: stranger }))
      .thenNothing();
    expect(
      given(access, ...twenty)
        .when(read())
        .events(),
    ).toHaveLength(1);
  });
});
