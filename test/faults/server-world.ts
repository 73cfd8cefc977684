import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { CreateAccount, CreateAccountHandler } from '#libs/commands/accounts/create-account';
import { openInfrastructure } from '#libs/commands/infrastructure';
import { CreateTenant, CreateTenantHandler } from '#libs/commands/tenants/create-tenant';
import { agent } from '#libs/domain/agent/agent';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { systemClock } from '#libs/runtime/clock';
import { freePort } from '#libs/runtime/embedded-postgres';
import { masterKeyFromSettings } from '#libs/vault/master-key';
import { MailSink } from '../bench/mail-sink';
import { asAnyone } from '../contract/directory/known-people';
import { startAgent, type RunningAgent } from '../support/agent';
import { Balancer } from '../support/balancer';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { Doom } from '../support/doom';
import { eventually, Person, Recovery, type Any, type StartedView } from '../support/journey';
import { lives } from '../support/processes';
import { startRedis, type RedisServer } from '../support/redis-server';
import { startSlapd, type Slapd } from '../support/slapd';
import { until } from '../support/until';

const patience = 60_000;
const domain = 'bench.example';

/** One role, in a process of its own that can be ended at a named point. */
export class Role {
  #child: ChildProcess | undefined;

  private constructor(
    private readonly env: Readonly<Record<string, string>>,
    readonly doom: Doom,
    readonly port: number,
  ) {}

  static async of(role: 'api' | 'worker' | 'eventstore', settings: Record<string, string>): Promise<Role> {
    const [doom, port] = [await Doom.of('doomed-platform'), await freePort()];
    const its = { KEYTURN_ROLE: role, KEYTURN_PORT: String(port) };
    const made = new Role({ ...settings, ...its, ...(role === 'eventstore' ? {} : doom.env) }, doom, port);
    made.start();
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  start(): void {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('KEYTURN_'));
    this.#child = spawn('node_modules/.bin/node', ['dist/apps/keyturn/main.js'], {
      env: { ...Object.fromEntries(inherited), NODE_OPTIONS: '', ...this.env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  ready = (): Promise<boolean> =>
    eventually(async () => (await fetch(`${this.url}/health/ready`).catch(() => undefined))?.status === 200, patience);

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** The point that was named is reached, and the process dead. */
  async died(): Promise<void> {
    await this.doom.met();
    await until('the role is dead', () => !lives(this.pid));
  }
}

/** Server mode: event store, worker and two APIs behind a balancer, each a process, and an agent at a real OpenLDAP. */
export class ServerWorld {
  private constructor(
    private readonly database: TestDatabase,
    private readonly redis: RedisServer,
    private readonly sink: MailSink,
    readonly slapd: Slapd,
    private readonly eventstore: Role,
    readonly worker: Role,
    readonly apis: readonly [Role, Role],
    readonly balancer: Balancer,
    readonly agent: RunningAgent,
    private readonly agentDoom: Doom,
    readonly store: EventStore,
  ) {}

  /** @param people local parts of user names */
  static async open(...people: readonly string[]): Promise<ServerWorld> {
    const key = randomBytes(32).toString('base64');
    const [database, redis, sink, slapd, storePort, agentDoom] = await Promise.all([
      createTestDatabase(),
      startRedis(),
      MailSink.start(),
      startSlapd(people.map((name) => `${name}@${domain}`)),
      freePort(),
      Doom.of('doomed-agent'),
    ]);
    const storeUrl = `esdb://127.0.0.1:${storePort}?tls=false`;
    const settings = {
      DATABASE_URL: database.url,
      EVENTSTORE_URL: storeUrl,
      REDIS_URL: redis.url,
      SMTP_URL: sink.url,
      KEYTURN_MASTER_KEY: key,
      KEYTURN_EVENTSTORE_PORT: String(storePort),
      KEYTURN_LOG_LEVEL: 'error',
    };
    const eventstore = await Role.of('eventstore', settings);
    const store = EventStore.connect(storeUrl);
    await eventually(
      () =>
        store.ready().then(
          () => true,
          () => false,
        ),
      patience,
    );
    const enrolmentCode = await seed(database.url, storeUrl, key, people);
    const roles = await Promise.all([Role.of('worker', settings), Role.of('api', settings), Role.of('api', settings)]);
    const [worker, ...apis] = roles;
    await Promise.all(apis.map((api) => api.ready()));
    const balancer = await Balancer.over(...apis.map(({ port }) => port));
    const agent = await startAgent({
      apiUrl: balancer.url,
      enrolmentCode,
      directory: slapd.options,
      env: agentDoom.env,
    });
    await until('the agent told who is there', () => agent.lines().some(({ event }) => event === 'people'), patience);
    return new ServerWorld(database, redis, sink, slapd, eventstore, worker, apis, balancer, agent, agentDoom, store);
  }

  async close(): Promise<void> {
    await this.agent.remove();
    this.balancer.close();
    await this.store.close();
    for (const role of [...this.apis, this.worker, this.eventstore]) {
      await role.end('SIGKILL');
      await role.doom.remove();
    }
    await Promise.all([this.redis.stop(), this.sink.close(), this.slapd.stop(), this.agentDoom.remove()]);
    await this.database.drop();
  }

  /** The agent asks this API from now on. */
  async asks(api: Role): Promise<void> {
    this.balancer.prefer(api.port);
    // Two questions are always open: for writes and for sign-ins.
    await until('the agent asks there', () => this.balancer.carried(api.port) >= 2, patience);
  }

  /** At the new password, through this API. */
  async proved(name: string, api: Role): Promise<Recovery> {
    const person = new Person(api.url);
    const recovery = await eventually(async () => {
      const { status, body } = await person.start(`${name}@${domain}`);
      return status === 201 && new Recovery(person, body as StartedView);
    }, patience);
    const mailed = this.sink.code(`${name}@home.example`);
    const challengeId = await recovery.challenged(`${name}@home.example`);
    const answer = await recovery.answer(challengeId, (await mailed).code);
    if (answer.status !== 200) throw new Error(`the code was answered ${answer.status}: ${answer.text}`);
    return recovery;
  }

  /** The same recovery, at another API. */
  at = (api: Role, { view }: Recovery): Recovery => new Recovery(new Person(api.url), view);

  /** How it ends, as the open stream of this API tells. */
  async told(api: Role, recovery: Recovery): Promise<Any> {
    const stream = await fetch(`${api.url}${recovery.path}/events`, {
      headers: { authorization: `Bearer ${recovery.token}` },
      signal: AbortSignal.timeout(patience),
    });
    let text = '';
    for await (const chunk of stream.body!) text += Buffer.from(chunk).toString();
    const views = [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!) as Any);
    return views.at(-1);
  }

  /** Types of the events of one recovery, by category. */
  async history({ view: { recoveryId } }: Recovery): Promise<Record<'recovery' | 'account' | 'writeback', string[]>> {
    const found = { recovery: [] as string[], account: [] as string[], writeback: [] as string[] };
    for await (const { stream, type, data } of this.store.readAll({
      prefixes: ['recovery-', 'account-', 'writeback-'],
    })) {
      const category = stream.slice(0, stream.indexOf('-')) as keyof typeof found;
      if ((data as { recoveryId?: string }).recoveryId === recoveryId) found[category].push(type);
    }
    const { recovery, account, writeback } = found;
    const closing = /^Password|^Recovery(?!Started)|^Outcome/;
    return {
      recovery: recovery.filter((type) => closing.test(type)),
      account: account.filter((type) => /^(Writeback|PasswordWritten|NoticeRequested)/.test(type)),
      writeback,
    };
  }

  binds = (name: string, password: string): Promise<boolean> =>
    asAnyone(this.slapd, this.#dn(name), password, () => Promise.resolve(true)).catch(() => false);

  /** Times the directory changed this person's password, by its own access log. */
  changes = (name: string): Promise<number> =>
    asAnyone(this.slapd, this.slapd.root.dn, this.slapd.root.password, async (ldap) => {
      const filter = `(&(reqDN=${this.#dn(name)})(reqResult=0)(reqMod=userPassword:*))`;
      return (await ldap.search('cn=log', { filter })).searchEntries.length;
    });

  #dn = (name: string): string => `uid=${name},ou=people,${this.slapd.baseDn}`;
}

/** A tenant with hybrid people and an agent to be enrolled. @returns its enrolment code */
async function seed(databaseUrl: string, eventStoreUrl: string, key: string, people: readonly string[]) {
  const masterKey = masterKeyFromSettings(key);
  const infrastructure = await openInfrastructure({ databaseUrl, eventStoreUrl, masterKey, clock: systemClock });
  const { store, vault, directory, hasher, tokens, clock } = infrastructure;
  const actor = { kind: 'system', id: 'test' } as const;
  const policy = { enabledFor: 'all', captcha: 'off', gatesRequired: 1, writeback: true } as const;
  const tenant = { organisation: 'Bench', plan: 'p1', trial: false, domains: [domain], policy } as const;
  const tenantId = await new CreateTenantHandler(store, clock).execute(new CreateTenant(tenant, actor));
  const accounts = new CreateAccountHandler(store, vault, directory, hasher, clock);
  const like = { tenantId, origin: 'hybrid', language: 'en', roles: [], groups: [], licensed: true } as const;
  for (const name of people) {
    const contacts = [{ method: 'email' as const, contact: `${name}@home.example` }];
    await accounts.execute(new CreateAccount({ ...like, username: `${name}@${domain}`, contacts }, actor));
  }
  const agentId = randomUUID();
  const now = clock.now().toISOString();
  const context = { commandId: randomUUID(), correlationId: agentId, actor };
  await execute(store, agent, agentId, { type: 'CreateAgent', data: { agentId, tenantId, now } }, context);
  const code = tokens.enrolmentCode({ agentId, tenantId });
  await infrastructure.close();
  return code;
}
