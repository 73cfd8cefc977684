// The programs outside npm that the tests talk to, and the Debian packages that bring them.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const wanted = [
  { program: '/usr/bin/redis-server', package: 'redis-server', why: 'queues on Redis' },
  { program: '/usr/bin/chromium', package: 'chromium', why: 'the pages in a real browser' },
  { program: '/usr/bin/openssl', package: 'openssl', why: 'certificates of the directories' },
  { program: '/usr/sbin/slapd', package: 'slapd', why: 'OpenLDAP' },
  {
    program: '/usr/sbin/samba',
    package: 'samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind',
    why: 'Active Directory',
  },
];

/** As root installs what is missing, after saying what; otherwise names it and fails. */
export function provideDebianPackages() {
  const missing = wanted.filter(({ program }) => !existsSync(program));
  if (missing.length === 0) return;
  for (const { package: name, why } of missing)
    console.log(`Needed for the tests: Debian package${name.includes(' ') ? 's' : ''} ${name} (${why})`);
  const command = `apt-get install ${missing.map((m) => m.package).join(' ')}`;
  if (process.getuid?.() !== 0) {
    console.error(`Install them first, as root: ${command}`);
    process.exit(1);
  }
  console.log(`Installing system-wide, as root: ${command}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env };
  spawnSync('apt-get', ['update', '-qq'], options);
  // A service started by its package would hold ports that the tests want to choose themselves.
  execFileSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...missing.flatMap((m) => m.package.split(' '))],
    options,
  );
}
