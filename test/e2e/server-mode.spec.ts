import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { freePort } from '#libs/runtime/embedded-postgres';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually, Person, Recovery, type Any } from '../support/journey';
import { startRedis, type RedisServer } from '../support/redis-server';
import { Wire } from '../support/wire';
import { MailSink } from '../bench/mail-sink';
import { seedBench } from '../bench/seed';
import { appCodeAt } from '#libs/commands/accounts/app-codes';
import { EventStore } from '#libs/eventstore/event-store';
import { masterKeyFromSettings } from '#libs/vault/master-key';

const key = randomBytes(32).toString('base64');

describe('server mode: every role a process of its own', () => {
  let database: TestDatabase;
  let redis: RedisServer;
  let sink: MailSink;
  let url: string;
  let administrator: { password: string; seed: string };
  /** The API's wire to PostgreSQL. */
  let wire: Wire;
  const running: ChildProcess[] = [];
  let eventStore: ChildProcess;
  let settings: Record<string, string>;

  beforeAll(async () => {
    [database, redis, sink] = await Promise.all([createTestDatabase(), startRedis(), MailSink.start()]);
    const [port, storePort] = [await freePort(), await freePort()];
    url = `http://127.0.0.1:${port}`;
    settings = {
      DATABASE_URL: database.url,
      EVENTSTORE_URL: `esdb://127.0.0.1:${storePort}?tls=false`,
      REDIS_URL: redis.url,
      SMTP_URL: sink.url,
      KEYTURN_MASTER_KEY: key,
      KEYTURN_PORT: String(port),
      KEYTURN_EVENTSTORE_PORT: String(storePort),
      KEYTURN_PUBLIC_URL: url,
      KEYTURN_LOG_LEVEL: 'warn',
    };
    const { hostname, port: far } = new URL(database.url);
    wire = await Wire.to(hostname, Number(far));
    eventStore = start('eventstore');
  });
  afterAll(async () => {
    await Promise.all(
      running.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }),
    );
    wire.close();
    await Promise.all([redis.stop(), sink.close()]);
    await database.drop();
  });

  it('a tenant and its administrator are made by the command line', async () => {
    const flags = ['--organisation', 'Tailspin', '--domain', 'tailspin.example', '--admin', 'root@tailspin.example'];
    const args = ['tenant', 'create', ...flags, '--admin-email', 'root@home.example'];
    const { code, output } = await run(['bin/keyturn.mjs', ...args], settings);
    expect(output).toContain('is founded');
    const [, shown] = /the password\n\n {2}(\S+)/.exec(output) ?? [];
    const [, seed] = /secret=([A-Z2-7]+)/.exec(output) ?? [];
    administrator = { password: shown!, seed: seed! };
    expect(code).toBe(0);
    const again = await run(['bin/keyturn.mjs', ...args], settings);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('belongs to a tenant already') });
    const inside = await run(['bin/keyturn.mjs', ...args.slice(0, -1), 'root@tailspin.example'], settings);
    expect(inside.output).toContain('address outside the domain');
  });

  it('API and worker start on their own and serve the new tenant', async () => {
    start('worker');
    const overWire = new URL(database.url);
    overWire.port = String(wire.near);
    start('api', { DATABASE_URL: overWire.href });
    await eventually(async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.status === 200, 60_000);
    const person = new Person(url);
    const { body } = await person.get('/api/v1/branding?domain=tailspin.example');
    expect(body.organisation).toBe('Tailspin');
    expect((await person.signIn('root@tailspin.example', 'not-it')).status).toBe(401);
    const { password, seed } = administrator;
    const code = appCodeAt(seed, new Date());
    const signedIn = await person.post('/api/v1/sessions', { username: 'root@tailspin.example', password, code });
    expect(signedIn).toMatchObject({ status: 201, body: { roles: ['global-administrator'] } });
    expect((await person.get('/outside/api/mail')).status).toBe(404);
  });

  it('a journey goes through API, event store, Redis and worker', async () => {
    await seedBench(database.url, settings.EVENTSTORE_URL!, masterKeyFromSettings(key), 4);
    const person = new Person(url);
    const recovery = await eventually(async () => {
      const { status, body } = await person.start('person.0@bench.example');
      return status === 201 && new Recovery(person, body);
    });
    const mailed = sink.code('person.0@home.example');
    const challengeId = await recovery.challenged('person.0@home.example');
    const { code } = await mailed;
    expect((await recovery.answer(challengeId, code)).body.status).toBe('choosing-password');
    expect((await recovery.password('Lantern-Harbour-1!')).body.status).toBe('succeeded');
    expect((await person.signIn('person.0@bench.example', 'Lantern-Harbour-1!')).status).toBe(201);
    await eventually(async () => sink.mails === 2);
  });

  it('nobody is offered a phone where no provider is set: not to recover, to step up or to be helped', async () => {
    const [person, username, address] = [new Person(url), 'ann@tailspin.example', 'ann@home.example'];
    const { password, seed } = administrator;
    const code = appCodeAt(seed, new Date(Date.now() + 30_000));
    const signedIn = await person.post('/api/v1/sessions', { username: 'root@tailspin.example', password, code });
    const { token } = signedIn.body;
    const policy = await person.get('/api/v1/tenant/policy', { token });
    const headers = { 'if-match': policy.headers.get('etag')!, 'content-type': 'application/merge-patch+json' };
    const change = { enabledFor: 'all', captcha: 'off', directoryContactsCount: true };
    const changed = await person.request('PATCH', '/api/v1/tenant/policy', change, { token, headers });
    expect([changed.status, changed.body.methods]).toEqual([200, expect.arrayContaining(['sms', 'mobile-call'])]);
    const contacts = [
      { method: 'email', contact: address },
      { method: 'sms', contact: '+81 9012345678' },
    ];
    const created = await person.post('/api/v1/tenant/users', { username, contacts, licensed: true }, { token });
    expect([created.status, created.text]).toEqual([201, expect.any(String)]);
    const { accountId } = created.body;

    const helpdesk = `/api/v1/helpdesk/users/${accountId}`;
    const { body: opened } = await person.post(`${helpdesk}/cases`, {}, { token });
    const { body: shown } = await person.get(helpdesk, { token });
    expect(shown.contacts.map(({ method }: Any) => method)).toEqual(['email']);
    const { body: user } = await person.get(`/api/v1/tenant/users/${accountId}`, { token });
    const phone = user.methods.find(({ method }: Any) => method === 'sms');
    const unavailable = { status: 422, body: { code: 'method-not-available' } };
    const word = { methodId: phone.methodId };
    expect(await person.post(`${helpdesk}/cases/${opened.caseId}/word`, word, { token })).toMatchObject(unavailable);
    const proposal = { method: 'sms', contact: '+81 9012345679' };
    expect(await person.post(`${helpdesk}/cases/${opened.caseId}/contacts`, proposal, { token })).toMatchObject(
      unavailable,
    );

    const recovery = await eventually(async () => {
      const { status, body } = await person.start(username);
      return status === 201 && new Recovery(person, body);
    });
    expect(recovery.view.methods.map(({ method }) => method)).toEqual(['email']);
    const mailed = sink.code(address);
    const challengeId = await recovery.challenged(address);
    await recovery.answer(challengeId, (await mailed).code);
    expect((await recovery.password('Lantern-Harbour-1!')).body.status).toBe('succeeded');
    const { body: session } = await person.signIn(username, 'Lantern-Harbour-1!');
    const stepUp = await person.get('/api/v1/me/step-up', { token: session.token });
    expect(stepUp).toMatchObject({ status: 200, body: { state: 'guarded', options: [] } });
  });

  describe('A9: while something is away', () => {
    const person = (): Person => new Person(url);
    const newPassword = 'Lantern-Harbour-2!';

    const ready = () => person().get('/health/ready');

    /** A recovery that waits for its code. */
    async function waiting(n: number): Promise<{ recovery: Recovery; challengeId: string; code: string }> {
      const { status, body } = await person().start(`person.${n}@bench.example`);
      expect(status).toBe(201);
      const recovery = new Recovery(person(), body);
      const mailed = sink.code(`person.${n}@home.example`);
      const challengeId = await recovery.challenged(`person.${n}@home.example`);
      return { recovery, challengeId, code: (await mailed).code };
    }

    async function typesOf({ view }: Recovery): Promise<string[]> {
      const store = EventStore.connect(settings.EVENTSTORE_URL!);
      try {
        return (await store.readStream(`recovery-${view.recoveryId}`)).map(({ type }) => type);
      } finally {
        await store.close();
      }
    }

    /**
     * Refused while it lasts; afterwards the same command, sent again, does what it was to do.
     * @param meanwhile what the refused command may have left by then
     */
    async function failsClosed(
      n: number,
      part: string,
      { away, back, meanwhile }: { away: () => unknown; back: () => unknown; meanwhile: 'nothing' | 'itself' },
    ): Promise<void> {
      const username = `person.${n}@bench.example`;
      const { recovery, challengeId, code } = await waiting(n);
      expect((await recovery.answer(challengeId, code)).status).toBe(200);
      const [before, key] = [await typesOf(recovery), randomUUID()];
      away();
      try {
        const refused = await Promise.all([
          recovery.password(newPassword, key),
          person().start(username),
          person().signIn(username, 'Correct-Horse-1!'),
        ]);
        for (const answer of refused) {
          expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        }
        expect(await ready()).toMatchObject({
          status: 503,
          body: { status: 'not-ready', parts: { [part]: 'not-ready' } },
        });
        expect((await person().get('/health/live')).status).toBe(200);
      } finally {
        back();
      }
      await eventually(async () => (await ready()).status === 200);
      if (meanwhile === 'nothing') {
        expect(await typesOf(recovery)).toEqual(before);
        expect((await person().signIn(username, 'Correct-Horse-1!')).status).toBe(201);
      }
      expect(await recovery.password(newPassword, key)).toMatchObject({ status: 200, body: { status: 'succeeded' } });
      expect((await person().signIn(username, newPassword)).status).toBe(201);
      expect((await person().signIn(username, 'Correct-Horse-1!')).status).toBe(401);
      const since = (await typesOf(recovery)).slice(before.length);
      expect(since).toEqual(['PasswordSubmitted', 'RecoverySucceeded']);
    }

    // What lies on the wire to a process that stands still arrives when it goes on: whether it counts is then unknown.
    it('the event store, which hangs: nobody is let in, and what was refused happens once at most', () =>
      failsClosed(1, 'event-store', {
        away: () => eventStore.kill('SIGSTOP'),
        back: () => eventStore.kill('SIGCONT'),
        meanwhile: 'itself',
      }));

    it('PostgreSQL, whose connections are cut and refused: nobody is let in, and nothing happens', () =>
      failsClosed(2, 'database', {
        away: () => wire.cut({ refuse: true }),
        back: () => wire.mend(),
        meanwhile: 'nothing',
      }));

    it('Redis, which hangs: what was asked for is accepted, and sent once it is back', async () => {
      const { body } = await person().start('person.3@bench.example');
      const recovery = new Recovery(person(), body);
      const mailed = sink.code('person.3@home.example');
      process.kill(redis.pid, 'SIGSTOP');
      let challengeId: string;
      try {
        challengeId = await recovery.challenged('person.3@home.example');
        expect((await recovery.get()).body.challenge.state).toBe('sending');
        expect(await typesOf(recovery)).toEqual(['RecoveryStarted', 'ChallengeIssued']);
      } finally {
        process.kill(redis.pid, 'SIGCONT');
      }
      expect((await recovery.answer(challengeId, (await mailed).code)).body.gatesPassed).toBe(1);
    });
  });

  it('refuses a Redis that forgets', async () => {
    const forgetful = await startRedis({ 'maxmemory-policy': 'allkeys-lru' });
    try {
      const env = { ...settings, REDIS_URL: forgetful.url, KEYTURN_ROLE: 'worker' };
      const { code, output } = await run(['dist/apps/keyturn/main.js'], env);
      expect(code).toBe(1);
      expect(output).toContain('noeviction');
    } finally {
      await forgetful.stop();
    }
  });

  it.each([
    [{ KEYTURN_PORT: '99999' }, 'KEYTURN_PORT must be a port'],
    [{ KEYTURN_PROT: '1' }, 'KEYTURN_PROT is not a setting'],
    [{ KEYTURN_MASTER_KEY: '' }, 'KEYTURN_MASTER_KEY is missing'],
    [{ SMTP_URL: 'http://x' }, 'SMTP_URL must be an address'],
    [{ KEYTURN_OUTSIDE: 'simulated', KEYTURN_HOST: '0.0.0.0' }, 'only on a loopback KEYTURN_HOST'],
  ])('a wrong setting stops the start with a sentence: %o', async (wrong, sentence) => {
    const env = { ...settings, KEYTURN_ROLE: 'all', ...(wrong as Record<string, string>) };
    const { code, output } = await run(['dist/apps/keyturn/main.js'], env);
    expect(code).toBe(1);
    expect(output).toContain(sentence);
    expect(output).not.toContain(key);
  });

  function start(role: string, env: Record<string, string> = {}): ChildProcess {
    const child = launch(['dist/apps/keyturn/main.js'], { ...settings, KEYTURN_ROLE: role, ...env });
    child.stderr!.pipe(process.stderr);
    running.push(child);
    return child;
  }
});

function launch(args: string[], env: Record<string, string>): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('KEYTURN_'));
  return spawn('node_modules/.bin/node', args, {
    env: { ...Object.fromEntries(inherited), NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(args: string[], env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = launch(args, env);
  let output = '';
  child.stdout!.on('data', (chunk) => (output += String(chunk)));
  child.stderr!.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, output };
}
