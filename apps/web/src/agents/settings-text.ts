import type { CreatedAgent, DirectoryKind } from './agents.js';
import type { AgentMessages } from './messages-en.js';

type Comments = AgentMessages['add']['comments'];

/** Where the settings are kept: what systemd reads, and `node --env-file`. */
const file = '/etc/keyturn-agent.env';

/** The agent's settings, whole but for what only the administrator knows; a comment stands on a line of its own. */
export function settingsText(
  { apiUrl, enrolmentCode }: Pick<CreatedAgent, 'apiUrl' | 'enrolmentCode'>,
  kind: DirectoryKind,
  t: Comments,
): string {
  const isAd = kind === 'ad';
  const lines = [
    `AGENT_API_URL=${apiUrl}`,
    `AGENT_ENROLMENT_CODE=${enrolmentCode}`,
    `# ${t.state}`,
    'AGENT_DATA_DIR=/var/lib/keyturn-agent',
    '',
    `LDAP_KIND=${kind}`,
    `# ${isAd ? t.dc : t.server}`,
    `LDAP_URL=ldaps://${isAd ? 'dc1' : 'ldap'}.example.com`,
    `# ${t.ca}`,
    'LDAP_CA_FILE=/etc/keyturn-directory-ca.pem',
    `# ${t.account}`,
    `LDAP_BIND_DN=${isAd ? 'CN=svc-keyturn,OU=Services,DC=example,DC=com' : 'cn=svc-keyturn,dc=example,dc=com'}`,
    `# ${t.password}`,
    `LDAP_BIND_PASSWORD=''`,
    `# ${t.base}`,
    `LDAP_BASE_DN=${isAd ? 'OU=Staff,DC=example,DC=com' : 'ou=people,dc=example,dc=com'}`,
    `# ${t.fence}`,
    `LDAP_FENCE_ATTRIBUTE=${isAd ? 'adminDescription' : 'employeeNumber'}`,
    ...(isAd ? [] : [`# ${t.groups}`, 'LDAP_PROTECTED_GROUPS=cn=admins,dc=example,dc=com']),
  ];
  return lines.join('\n');
}

const run = `node --env-file=${file} keyturn-agent.mjs`;

export const commands = { examine: `${run} doctor`, run };
