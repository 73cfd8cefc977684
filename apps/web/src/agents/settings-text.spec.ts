import { agentCatalogues } from './catalogues.js';
import { settingsText } from './settings-text.js';

const created = { apiUrl: 'https://reset.contoso.example', enrolmentCode: 'code.of-an_agent' };

describe.each(['en', 'ja'] as const)('the settings of a new agent (%s)', (language) => {
  const text = (kind: 'ad' | 'openldap') => settingsText(created, kind, agentCatalogues[language].add.comments);

  it.each(['ad', 'openldap'] as const)('are settings, and comments on lines of their own: %s', (kind) => {
    for (const line of text(kind).split('\n')) expect(line).toMatch(/^(|# .+|[A-Z_]+=[^\s#]+)$/);
    expect(text(kind)).toContain(
      'AGENT_API_URL=https://reset.contoso.example\nAGENT_ENROLMENT_CODE=code.of-an_agent\n',
    );
    expect(text(kind)).toContain(`LDAP_KIND=${kind}\n`);
  });

  it('name what only OpenLDAP needs there alone', () => {
    expect(text('openldap')).toContain('LDAP_PROTECTED_GROUPS=');
    expect(text('ad')).not.toContain('LDAP_PROTECTED_GROUPS=');
  });
});
