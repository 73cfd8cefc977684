import { AgentSettingsRefused, readAgentSettings } from './settings.js';

const enough = {
  AGENT_API_URL: 'https://reset.example.com',
  LDAP_URL: 'ldaps://dc1.example.com',
  LDAP_BIND_DN: 'CN=svc-keyturn,DC=example,DC=com',
  LDAP_BIND_PASSWORD: 'x',
  LDAP_BASE_DN: 'OU=Staff,DC=example,DC=com',
};
const refused = (more: Readonly<Record<string, string>>): string => {
  try {
    readAgentSettings({ ...enough, ...more });
    return 'taken';
  } catch (error) {
    if (error instanceof AgentSettingsRefused) return error.message;
    throw error;
  }
};

describe('the settings of an agent', () => {
  it('are few for Active Directory', () => {
    const { directory } = readAgentSettings(enough);
    expect(directory).toMatchObject({ kind: 'ad', fenceAttribute: 'adminDescription', passwordModify: 'fenced' });
  });

  it.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
    ['NODE_OPTIONS', '--max-old-space-size=256 --tls-min-v1.0'],
  ])('do not let anybody switch the check of certificates off by %s', (name, value) => {
    // Node's own switch would hold for the platform too, whose key is pinned at enrolment.
    expect(refused({ [name]: value })).toContain(name);
  });

  it('let NODE_OPTIONS say something else', () => {
    expect(refused({ NODE_OPTIONS: '--max-old-space-size=256', NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toBe('taken');
  });

  it.each([
    ['LDAP_URL', 'ldap://dc1.example.com'],
    ['LDAP_URL', 'ldaps://dc1.example.com ldaps://dc2.example.com'],
    ['LDAP_URL', 'ldaps://dc1.example.com, dc2.example.com'],
    ['LDAP_URL', 'ldaps://dc1.example.com/dc=example,dc=com??sub'],
    ['LDAP_URL', 'ldaps://svc:secret@dc1.example.com'],
    ['LDAP_URL', 'ldaps://dc1.example.com:port'],
    ['LDAP_URL', 'ldaps://'],
    ['LDAP_BASE_DN', 'OU=Staff,DC=example,DC=com; OU=Guests,DC=example,DC=com'],
    ['LDAP_BASE_DN', 'Staff'],
    ['LDAP_USER_UNITS', 'OU=Guests,DC=example,DC=com'],
    ['LDAP_USER_UNITS', 'OU=Sales,OU=Staff,DC=example,DC=com;Guests'],
    ['LDAP_CA_FILE', 'package.json'],
    ['AGENT_API_URL', 'http://reset.example.com'],
    ['LDAP_KIND', 'openldap'],
    ['LDAP_KIND', 'novell'],
    ['LDAP_PASSWORD_MODIFY', 'exop'],
    ['AGENT_SYNC_SECONDS', '0'],
    ['LDAP_CA_FILE', '/no/such/file'],
    ['AGENT_PORT', '1'],
  ])('refuse %s=%s, saying what to do', (name, value) => {
    expect(refused({ [name]: value })).toMatch(/LDAP_|AGENT_/);
  });

  it('take several units below one base, however they are written', () => {
    const units = 'ou=Sales, OU=Staff,dc=Example,DC=com; OU=R\\;D,OU=Staff,DC=example,DC=com ;';
    expect(readAgentSettings({ ...enough, LDAP_USER_UNITS: units }).units).toEqual([
      'ou=Sales, OU=Staff,dc=Example,DC=com',
      'OU=R\\;D,OU=Staff,DC=example,DC=com',
    ]);
  });

  it.each(['ldaps://dc1.example.com/', 'ldaps://10.0.0.1:3269', 'ldaps://[2001:db8::1]:636'])('take %s', (url) => {
    expect(refused({ LDAP_URL: url })).toBe('taken');
  });
});
