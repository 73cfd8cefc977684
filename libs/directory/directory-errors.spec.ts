import { ResultCodeError } from 'ldapts';
import { ActiveDirectory } from './active-directory.js';
import { answerOf, lasting, ldap, troubleOf } from './directory-errors.js';
import type { DirectoryOptions } from './directory-options.js';
import { OpenLdap } from './openldap.js';

/** As the client throws what a server said. */
const answered = (code: number, text = ''): Error =>
  Object.assign(Object.create(ResultCodeError.prototype) as Error, { code, message: text, name: 'ResultCodeError' });

const options: DirectoryOptions = {
  kind: 'ad',
  url: 'ldaps://dc1.probe.test',
  bindDn: 'cn=svc',
  bindPassword: 'x',
  baseDn: 'dc=probe,dc=test',
  fenceAttribute: 'adminDescription',
  protectedGroups: [],
};

describe('what a refused write means at Active Directory, by its Win32 code', () => {
  const directory = new ActiveDirectory(options, true);
  it.each([
    [19, '0000052D: AtrErr: DSID-03190F80, #1: 0: 0000052D: DSID-03190F80, problem 1005', 'rejected-by-policy'],
    [
      19,
      '0000052D: Constraint violation - check_password_restrictions: the password is too short.',
      'rejected-by-policy',
    ],
    [53, '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'rejected-by-policy'],
    [53, '0000052d: Unwilling to perform - check_password_restrictions', 'rejected-by-policy'],
    [19, '00000056: AtrErr: DSID-03191083, #1: 0: 00000056', 'wrong-password'],
    [50, '00000005: SecErr: DSID-031A11ED, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0', 'permission-denied'],
    [50, 'error in module acl: insufficient access rights during LDB_MODIFY (50)', 'permission-denied'],
    [32, '0000208D: NameErr: DSID-0310028B, problem 2001 (NO_OBJECT), data 0', 'user-not-found'],
    [32, '00002030: No such object', 'user-not-found'],
    // Not one of these says anything of the person or the password: an operator has to look.
    [53, '0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', undefined],
    [53, '00002077: SvcErr: DSID-031D0AAB, problem 5003 (WILL_NOT_PERFORM), data 0', undefined],
    [53, '00002035: setup_io: it’s not allowed to set the NT hash password directly', undefined],
    [8, 'BindSimple: Transport encryption required.', undefined],
    [12, '', undefined],
    [1, '00002020: Operation unavailable without authentication', undefined],
  ])('%i %s', (code, text, meaning) => {
    const answer = answerOf(answered(code, text))!;
    expect(directory.refusal(answer)).toBe(meaning);
    expect(troubleOf(answered(code, text))).toBe(`ldap-${code}`);
  });

  it.each([16, 19, 20])('%i may come from the fence', (code) => {
    expect(directory.mayBeFence({ code })).toBe(true);
  });
});

describe('what a refused write means at OpenLDAP', () => {
  const directory = new OpenLdap({ ...options, kind: 'openldap' });
  it.each([
    [19, 'Password fails quality checking policy', 'rejected-by-policy'],
    [19, 'Password is in history of old passwords', 'rejected-by-policy'],
    [49, '', 'wrong-password'],
    [50, '', 'permission-denied'],
    [32, '', 'user-not-found'],
    [53, 'unwilling to verify old password', undefined],
    [13, 'confidentiality required', undefined],
  ])('%i %s', (code, text, meaning) => {
    expect(directory.refusal(answerOf(answered(code, text))!)).toBe(meaning);
  });
});

describe('an answer', () => {
  it('names the reason of a refused sign-in', () => {
    const text = '80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 775, v1db1';
    expect(answerOf(answered(49, text))).toEqual({ code: 49, win32: '80090308', bindReason: '775' });
  });
  it('is none when the server is busy or stops: it may come yet', () => {
    expect(answerOf(answered(ldap.busy))).toBeUndefined();
    expect(answerOf(answered(ldap.unavailable))).toBeUndefined();
    expect([lasting(answered(ldap.busy)), lasting(answered(ldap.invalidCredentials))]).toEqual([false, true]);
  });
});

it('trouble is a word that a receipt may carry, whatever went wrong', () => {
  const codes = ['EAI_AGAIN', 'ERR_SOCKET_CLOSED', 'ECONNREFUSED', 'ERR_STREAM_WRITE_AFTER_END', 'UND_ERR_SOCKET'];
  const others = ['', '___', 'ERR_'.repeat(40), 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'Größe!'];
  const errors = [...codes, ...others].map((code) => Object.assign(new Error('x'), { code }));
  const rest = [
    answered(52),
    answered(4096),
    new Error('connection timed out'),
    new Error(''),
    null,
    undefined,
    'text',
  ];
  for (const error of [...errors, ...rest]) expect(troubleOf(error)).toMatch(/^[a-z0-9-]{1,40}$/);
  expect(troubleOf(errors[0])).toBe('eai-again');
});
