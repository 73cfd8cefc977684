import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createMailer, type MailerLimits } from '#libs/channels/email/mailer';
import { startScriptedSmtp, type ScriptedSmtp } from '#libs/channels/email/scripted-smtp';
import { RecoveryCodes } from '#libs/commands/delivery/recovery-codes';
import { account } from '#libs/domain/account/account';
import type { Decider, DomainEvent } from '#libs/domain/decider';
import { categories } from '#libs/domain/events';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryReason, Subject } from '#libs/domain/recovery/recovery.events';
import { presets } from '#libs/domain/tenant/policy';
import { tenant } from '#libs/domain/tenant/tenant';
import { minutes, plus } from '#libs/domain/time';
import type { VaultRef } from '#libs/domain/vault-ref';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { subscribe } from '#libs/eventstore/subscription';
import { dueDeeds, openDeedsWith } from '#libs/readmodels/open-deeds';
import type { Projection } from '#libs/readmodels/projection';
import { startProjector, type Projector } from '#libs/readmodels/projector';
import { openReadModels } from '#libs/readmodels/rows';
import { AdjustableClock } from '#libs/runtime/clock';
import { openPool } from '#libs/runtime/postgres';
import { MasterKey } from '#libs/vault/master-key';
import { Vault } from '#libs/vault/vault';
import { startWorker, type RunningWorker, type WorkerDependencies, type WorkerSettings } from '#apps/worker/worker';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { redisInstalled, startRedis, type RedisServer } from '../support/redis-server';

export const backends = redisInstalled ? (['redis', 'postgres'] as const) : (['postgres'] as const);
export type Backend = (typeof backends)[number];

/** Short enough to be waited for. A lease outlives a mail, a lock outlives nothing. */
export const quick = {
  leaseMs: 3_000,
  saveCheckpointEveryMs: 50,
  lookForDueEveryMs: 100,
  queues: { lockMs: 500, stalledCheckMs: 500, pollSeconds: 0.5, backOffMs: 50 },
} satisfies Partial<WorkerSettings>;
const mailLimits: Partial<MailerLimits> = { perMailMs: 2_500, connectMs: 2_500 };
/** Milliseconds after a lease or a request until a delivery counts as lost; 60 s in earnest. */
const quickly = 500;

/** Everything a worker works with, real: store, vault, PostgreSQL, Redis, mail server, read models. */
export class World {
  readonly tenantId = randomUUID();
  readonly accountId = randomUUID();
  readonly troubles: Error[] = [];
  readonly failed: string[] = [];
  readonly alarms: string[] = [];
  contact!: VaultRef;
  #workers: RunningWorker[] = [];
  #projector!: Projector;

  private constructor(
    readonly backend: Backend,
    readonly database: TestDatabase,
    readonly redis: RedisServer | undefined,
    readonly embedded: EmbeddedEventStore,
    readonly store: EventStore,
    readonly pool: pg.Pool,
    public smtp: ScriptedSmtp,
    readonly masterKey: Buffer,
    readonly vault: Vault,
    readonly clock: AdjustableClock,
  ) {}

  static async open(backend: Backend, lostAfter = quickly): Promise<World> {
    const database = await createTestDatabase();
    const redis = backend === 'redis' ? await startRedis() : undefined;
    const embedded = await startEmbeddedEventStore({ databaseUrl: database.url });
    const pool = openPool(database.url, { max: 5 });
    const masterKey = Buffer.from(randomUUID().replaceAll('-', ''), 'ascii');
    const store = EventStore.connect(embedded.url);
    const clock = new AdjustableClock();
    const vault = await Vault.open({ pool, masterKey: new MasterKey([masterKey]), clock });
    const world = new World(
      backend,
      database,
      redis,
      embedded,
      store,
      pool,
      await startScriptedSmtp(),
      masterKey,
      vault,
      clock,
    );
    await world.#populate();
    await world.#project(lostAfter);
    return world;
  }

  /** Closed with the world. */
  async worker(
    settings: Partial<WorkerSettings> = {},
    change: (dependencies: WorkerDependencies) => Partial<WorkerDependencies> = () => ({}),
    limits: Partial<MailerLimits> = mailLimits,
  ): Promise<RunningWorker> {
    const { store, vault, clock, pool } = this;
    const db = openReadModels(pool);
    const mailer = createMailer({
      smtpUrl: this.smtp.url,
      from: 'Keyturn <no-reply@keyturn.example>',
      clock,
      limits,
    });
    const dependencies: WorkerDependencies = {
      store,
      vault,
      clock,
      mailer,
      pool,
      databaseUrl: this.database.url,
      redisUrl: this.redis?.url,
      dueDeeds: (now, limit) => dueDeeds(db, now, limit),
      completeReset: () => Promise.resolve(),
      correctOutcome: () => Promise.resolve(),
      carryAlert: () => Promise.resolve(),
      settleWriteback: { execute: () => Promise.resolve() },
      carryTelecomWarning: () => Promise.resolve(),
      links: { publicUrl: 'https://reset.contoso.example', notMeToken: () => undefined, deliveryTag: () => 'tag' },
      settings: { ...quick, ...settings },
      signals: {
        onError: (error) => void this.troubles.push(error),
        onFailed: (queue, name, reason) => void this.failed.push(`${queue} ${name}: ${reason}`),
        onAlarm: ({ type }) => void this.alarms.push(type),
      },
    };
    const worker = await startWorker({ ...dependencies, ...change(dependencies) });
    const closing = { ...worker, close: async () => (await worker.close(), await mailer.close()) };
    this.#workers.push(closing);
    return closing;
  }

  /** A recovery of the account, or of somebody who does not exist, with an e-mail challenge under way. */
  async challenged(
    subject: Subject = { kind: 'account', accountId: this.accountId, origin: 'cloud', epoch: 1 },
    reason: RecoveryReason = 'forgot-password',
  ): Promise<{ recoveryId: string; challengeId: string; expiresAt: string }> {
    const recoveryId = randomUUID();
    const now = this.clock.now().toISOString();
    const contact = subject.kind === 'account' ? this.contact : null;
    await this.execute(recovery, recoveryId, {
      type: 'StartRecovery',
      data: {
        recoveryId,
        tenantId: this.tenantId,
        subject,
        reason,
        canUnlock: reason === 'account-locked',
        supportCode: recoveryId.slice(0, 8),
        source: 'source',
        gatesRequired: 1,
        offers: [{ method: 'email', contact, confirmContact: false, hideDomain: true }],
        limits: presets.hardened.limits,
        policyVersion: 1,
        expiresAt: plus(now, minutes(15)),
        now,
      },
    });
    return { recoveryId, ...(await this.challenge(recoveryId)) };
  }

  async challenge(recoveryId: string): Promise<{ challengeId: string; expiresAt: string }> {
    const now = this.clock.now().toISOString();
    const challengeId = randomUUID();
    const { keyId } = await this.vault.dayKey();
    const expiresAt = plus(now, minutes(10));
    const data = { method: 'email', challengeId, keyId, digits: 8, expiresAt, now } as const;
    await this.execute(recovery, recoveryId, { type: 'IssueChallenge', data });
    return { challengeId, expiresAt };
  }

  execute<C, E extends DomainEvent, S>(decider: Decider<C, E, S>, id: string, command: C) {
    const context = { commandId: randomUUID(), correlationId: id, actor: { kind: 'system' } as const };
    return execute(this.store, decider, id, command, context);
  }

  async codeOf(recoveryId: string): Promise<string> {
    const { state } = await load(this.store, recovery, recoveryId);
    return (await new RecoveryCodes(this.vault).of(state, state.challenge!))!;
  }

  async types(stream: string): Promise<string[]> {
    return (await this.store.readStream(stream)).map(({ type }) => type);
  }

  /** What became of the delivery of this recovery's challenge. */
  async deliveries(recoveryId: string): Promise<string[]> {
    return (await this.types(`recovery-${recoveryId}`)).filter((type) => type.startsWith('Delivery'));
  }

  /** The codes that reached the mail server, those it refused included. */
  codesReceived(): string[] {
    return this.smtp.received.map(({ raw }) => codeIn(raw)).filter((code) => code !== '');
  }

  /** How many deliveries of this recovery's challenges were accepted. */
  async accepted(recoveryId: string): Promise<boolean> {
    return (await this.deliveries(recoveryId)).includes('DeliveryAccepted');
  }

  /** The mail server is gone until `mailServerUp`. */
  mailServerDown = (): Promise<void> => this.smtp.close();

  async mailServerUp(): Promise<void> {
    this.smtp = await startScriptedSmtp({ port: this.smtp.port });
  }

  /** Everything the queues hold, as text. */
  async queued(): Promise<string> {
    if (!this.redis) {
      const { rows } = await this.pool.query<{ text: string }>(
        "SELECT string_agg(j::text, E'\\n') AS text FROM bullmq.job j",
      );
      return rows[0]?.text ?? '';
    }
    const { client } = this.redis;
    const dumps = await Promise.all((await client.keys('*')).map((key) => client.dumpBuffer(key)));
    return dumps.map((dump) => dump?.toString('latin1')).join('\n');
  }

  /** The queues lose everything they hold. */
  async emptyQueues(): Promise<void> {
    if (this.redis) await this.redis.client.flushall();
    else await this.pool.query('DELETE FROM bullmq.job');
  }

  /** Rows and deeds hold everything that is in the log now. */
  async projected(): Promise<void> {
    await this.#projector.waitFor((await this.store.head()) ?? -1n);
  }

  /** No workers, no mails, nothing heard of: as good as another world, and quicker. */
  async begin(): Promise<void> {
    await this.#stopWorkers();
    await this.emptyQueues().catch(() => undefined);
    for (const heard of [this.smtp.received, this.troubles, this.failed, this.alarms]) heard.length = 0;
  }

  advance = (ms: number): void => this.clock.setOffset(this.clock.offsetMs + ms);

  async close(): Promise<void> {
    await this.#stopWorkers();
    await this.#projector.close();
    await this.store.close();
    await this.embedded.close();
    await this.smtp.close();
    await this.pool.end();
    await this.redis?.stop();
    await this.database.drop();
  }

  async #stopWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.close()));
  }

  async #populate(): Promise<void> {
    const { tenantId, accountId, vault } = this;
    const now = this.clock.now().toISOString();
    const [contact, username] = await vault.sealAll([
      { owner: accountId, place: 'account/contact', value: address },
      { owner: accountId, place: 'account/username', value: 'cloud.user@contoso.example' },
    ]);
    this.contact = contact!;
    const domains = ['contoso.example'];
    const contoso = { tenantId, organisation: 'Contoso', plan: 'p1', trial: false, domains, policy: {}, now } as const;
    await this.execute(tenant, tenantId, { type: 'CreateTenant', data: contoso });
    const person = { roles: [], groups: [], licensed: true, language: 'en', origin: 'cloud' } as const;
    const created = { accountId, tenantId, username: username!, ...person, now };
    await this.execute(account, accountId, { type: 'CreateAccount', data: created });
    const email = { methodId: randomUUID(), method: 'email', contact: this.contact, by: 'user', now } as const;
    await this.execute(account, accountId, { type: 'RegisterMethod', data: email });
  }

  async #project(lostAfter: number): Promise<void> {
    const { store, pool } = this;
    const deeds = openDeedsWith({ lostAfter, completion: 500, settlement: 500 });
    this.#projector = await startProjector({
      pool,
      models: [deeds as unknown as Projection],
      log: { identity: () => store.identity(), head: () => store.head() },
      events: (from, signal) =>
        subscribe(store, { prefixes: categories.map((c) => `${c}-`), signal, ...(from === undefined ? {} : { from }) }),
    });
    await this.#projector.ready();
  }
}

export const address = 'cloud.user@contoso.home.example';

/** Eight digits, in two groups, in the text part. */
export const codeIn = (raw: string): string => /\b(\d{4}) (\d{4})\b/.exec(raw)?.slice(1).join('') ?? '';
