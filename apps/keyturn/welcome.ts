import { demoPassword, demoTenants } from './demo/demo-tenants.js';

/** What a newcomer needs to see in the terminal. */
export function welcome(url: string, outside: 'simulated' | 'real'): string {
  const lines = [
    '',
    `  Keyturn is ready at ${url}`,
    `  Reset a password    ${url}/reset`,
    `  API documentation   ${url}/api/docs`,
  ];
  if (outside === 'simulated') {
    lines.push(
      `  Simulated mailbox   ${url}/outside`,
      `  Its directory       ${url}/outside/directory`,
      `  Simulated phones    ${url}/outside/phones`,
      '',
      `  Demo accounts, all with the password ${demoPassword}:`,
    );
    for (const { tenant, accounts } of demoTenants) {
      lines.push(`    ${tenant.organisation}`, ...accounts.map(({ username }) => `      ${username}`));
    }
  }
  return [...lines, '', '  Ctrl-C stops everything.', ''].join('\n');
}
