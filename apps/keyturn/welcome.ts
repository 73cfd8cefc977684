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
      '',
      `  Demo accounts, all with the password ${demoPassword}:`,
    );
    for (const { tenant, accounts } of demoTenants) {
      const [first] = accounts;
      lines.push(`    ${first!.username.padEnd(34)} and ${accounts.length - 1} more in ${tenant.organisation}`);
    }
  }
  return [...lines, '', '  Ctrl-C stops everything.', ''].join('\n');
}
