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
    ['AGENT_API_URL', 'http://reset.example.com'],
    ['LDAP_KIND', 'openldap'],
    ['LDAP_KIND', 'novell'],
    ['AGENT_SYNC_SECONDS', '0'],
    ['LDAP_CA_FILE', '/no/such/file'],
    ['AGENT_PORT', '1'],
  ])('refuse %s=%s, saying what to do', (name, value) => {
    expect(refused({ [name]: value })).toMatch(/LDAP_|AGENT_/);
  });
});
