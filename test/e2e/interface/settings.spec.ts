import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, keyturn } from '../../support/keyturn';

/** A value of each setting that cannot be meant. */
const wrong: Readonly<Record<string, string>> = {
  KEYTURN_PORT: '80 80',
  KEYTURN_HOST: 'not a host',
  KEYTURN_PUBLIC_URL: 'keyturn.example',
  KEYTURN_ROLE: 'everything',
  KEYTURN_OUTSIDE_DIRECTORY: 'none at all',
  KEYTURN_EVENTSTORE_PORT: '70000',
  KEYTURN_LOG_LEVEL: 'loud',
  KEYTURN_OPERATOR_TOKEN: 'short',
  KEYTURN_METRICS_TOKEN: 'short',
  KEYTURN_TRUSTED_PROXIES: '10.0.0.0/8, the proxy',
  KEYTURN_OUTSIDE: 'inside',
  EVENTSTORE_URL: 'http://store.example',
  REDIS_URL: 'redis',
  DATABASE_URL: 'mysql://db.example',
  SMTP_URL: 'smtp://',
  MAIL_FROM: 'nobody',
  TWILIO_ACCOUNT_SID: 'AC',
  TWILIO_AUTH_TOKEN: 'secret',
  TWILIO_FROM: '+0',
  TWILIO_BASE_URL: 'http://twilio.example',
  SMPP_URL: 'http://smpp.example',
  VAPID_PUBLIC_KEY: 'key',
  VAPID_PRIVATE_KEY: 'key',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
};

/** Looked at once the settings agree: a folder, a file, a key. */
const lookedAt: [name: string, value: string][] = [
  ['KEYTURN_MASTER_KEY', 'short'],
  ['KEYTURN_BREACHED_PASSWORDS', '/nowhere/at-all'],
  ['KEYTURN_DATA_DIR', '/dev/null/data'],
  ['KEYTURN_BOUNCES_DIR', '/nowhere/at-all'],
];

/** The names in the first column of a table of settings. */
const described = async (page: string): Promise<string[]> =>
  [...(await readFile(page, 'utf8')).matchAll(/^\| ((`[A-Z]+_[A-Z_]+`(, )?)+) \|/gm)].flatMap(([, names]) =>
    names!.replaceAll('`', '').split(', '),
  );

describe('the settings of the interface', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-settings-'));
    await chmod(folder, 0o711);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What the product says instead of starting. */
  const refusal = (env: Readonly<Record<string, string>>): Promise<{ code: number | null; said: string }> =>
    new Promise((resolve) => {
      const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('KEYTURN_'));
      const child = spawn('node_modules/.bin/node', ['dist/apps/keyturn/main.js'], {
        env: { ...Object.fromEntries(inherited), NODE_OPTIONS: '', KEYTURN_DATA_DIR: join(folder, 'data'), ...env },
      });
      let said = '';
      child.stderr.on('data', (chunk) => (said += String(chunk)));
      child.on('close', (code) => resolve({ code, said }));
    });

  it('stop the start when they are wrong, with a sentence each', async () => {
    const { code, said } = await refusal(wrong);
    expect(code).toBe(1);
    for (const name of Object.keys(wrong)) expect(said).toMatch(new RegExp(`^${name} .*\\.$`, 'm'));
    expect(said).not.toMatch(/^\s+at /m);
    for (const secret of ['TWILIO_AUTH_TOKEN', 'SMPP_URL', 'DATABASE_URL']) expect(said).not.toContain(wrong[secret]);
  });

  it.each([
    ...lookedAt,
    ['KEYTURN_NONSENSE', '1'] satisfies [string, string],
    ['SMTP_URL', 'smtp://127.0.0.1:1?requireTLS=true'] satisfies [string, string],
    ['SMPP_URL', 'smpp://user:password@127.0.0.1:1?from=a-sender-too-long'] satisfies [string, string],
  ])('%s stops it too', async (name, value) => {
    const { code, said } = await refusal({ KEYTURN_PORT: '1', KEYTURN_LOG_LEVEL: 'silent', [name]: value });
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`${name}.*\\.$`, 'm'));
    expect(said).not.toMatch(/^\s+at /m);
  });

  it.each([
    [{ KEYTURN_OUTSIDE: 'simulated', KEYTURN_HOST: '0.0.0.0' }, 'KEYTURN_HOST'],
    [{ KEYTURN_OUTSIDE: 'simulated', SMTP_URL: 'smtp://mail.example:25' }, 'SMTP_URL'],
    [{ KEYTURN_OUTSIDE: 'simulated', KEYTURN_PUBLIC_URL: 'https://reset.example' }, 'KEYTURN_PUBLIC_URL'],
    [{ KEYTURN_OUTSIDE: 'simulated', KEYTURN_ROLE: 'api' }, 'KEYTURN_OUTSIDE'],
    [{ TWILIO_FROM: '+15005550006' }, 'TWILIO_ACCOUNT_SID'],
    [{ VAPID_PRIVATE_KEY: 'A'.repeat(43) }, 'VAPID_PUBLIC_KEY'],
    [{ KEYTURN_ROLE: 'worker' }, 'DATABASE_URL'],
    [
      { KEYTURN_OUTSIDE: 'real', SMTP_URL: 'smtp://127.0.0.1:1', KEYTURN_PUBLIC_URL: 'http://reset.example' },
      'KEYTURN_PUBLIC_URL',
    ],
    [{ KEYTURN_OUTSIDE: 'real', SMTP_URL: 'smtp://127.0.0.1:1', KEYTURN_HOST: '0.0.0.0' }, 'KEYTURN_PUBLIC_URL'],
  ])('refuse what contradicts itself: %j', async (env, name) => {
    const { code, said } = await refusal(env as Record<string, string>);
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`${name}.*\\.$`, 'm'));
  });

  it('never open a data directory of the demo to the real world', async () => {
    const dataDir = join(folder, 'demo');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'demo-seeded'), '');
    const real = { KEYTURN_OUTSIDE: 'real', SMTP_URL: 'smtp://127.0.0.1:1', KEYTURN_DATA_DIR: dataDir };
    expect(await refusal(real)).toMatchObject({ code: 1, said: expect.stringContaining('KEYTURN_OUTSIDE=real') });
  });

  it('are all tried here with a value that cannot be meant', async () => {
    const tried = [...Object.keys(wrong), ...lookedAt.map(([name]) => name)];
    expect(tried.sort()).toEqual((await described('docs/settings.md')).sort());
  });

  it('are all described, and those of server mode stand in docker-compose.yml', async () => {
    const embedded = ['KEYTURN_OUTSIDE_DIRECTORY', 'KEYTURN_EVENTSTORE_PORT'];
    const names = [...Object.keys(wrong), 'KEYTURN_DATA_DIR', 'KEYTURN_MASTER_KEY', 'KEYTURN_BREACHED_PASSWORDS'];
    const [settings, compose] = await Promise.all(
      ['docs/settings.md', 'docker-compose.yml'].map((file) => readFile(file, 'utf8')),
    );
    for (const name of names) {
      expect(settings).toContain(`\`${name}\``);
      if (!embedded.includes(name)) expect(compose).toContain(name);
    }
  });
});

describe('the settings of the agent', () => {
  const wrongOfAgent: Readonly<Record<string, string>> = {
    AGENT_API_URL: 'http://keyturn.example',
    AGENT_NONSENSE: '1',
    LDAP_URL: 'ldap://dc1.example.com',
    LDAP_CA_FILE: '/nowhere/at-all',
    LDAP_KIND: 'novell',
    LDAP_BASE_DN: 'staff',
    LDAP_USER_UNITS: 'OU=Staff,DC=example,DC=com;Sales',
    LDAP_PROTECTED_GROUPS: 'Domain Admins',
    LDAP_FENCE_ATTRIBUTE: 'admin description',
    LDAP_PASSWORD_MODIFY: 'plain',
    LDAP_ATTRIBUTE_USERNAME: 'user,name',
    LDAP_ATTRIBUTE_MAIL: 'mail;binary',
    LDAP_ATTRIBUTE_OFFICE_PHONE: '1',
    LDAP_ATTRIBUTE_MOBILE: 'mobile',
    AGENT_ENROLMENT_CODE: 'the code',
    AGENT_SYNC_SECONDS: 'often',
  };

  it.each([['doctor'], []])('stop it when they are wrong, with a sentence each: %s', async (...words) => {
    const { code, err } = await command('keyturn-agent', words as string[], wrongOfAgent);
    expect(code).not.toBe(0);
    const missing = ['LDAP_BIND_DN', 'LDAP_BIND_PASSWORD'];
    for (const name of [...Object.keys(wrongOfAgent), ...missing])
      expect(err).toMatch(new RegExp(`^${name} .*\\.$`, 'm'));
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('are all described', async () => {
    const described = await readFile('docs/directory.md', 'utf8');
    const names = [
      'AGENT_API_URL',
      'AGENT_ENROLMENT_CODE',
      'AGENT_DATA_DIR',
      'LDAP_URL',
      'LDAP_BIND_DN',
      'LDAP_CA_FILE',
    ];
    const more = ['LDAP_BIND_PASSWORD', 'LDAP_BASE_DN', 'LDAP_KIND', 'LDAP_FENCE_ATTRIBUTE', 'LDAP_PROTECTED_GROUPS'];
    for (const name of [...names, ...more]) expect(described).toContain(`\`${name}\``);
  });
});

describe('npx keyturn', () => {
  it('tells what it can do', async () => {
    const { code, out } = await keyturn(['--help'], {});
    expect(code).toBe(0);
    for (const command of ['case', 'replay', 'compare', 'backup', 'restore', 'tenant'])
      expect(out).toMatch(`  ${command}`);
  });
});
