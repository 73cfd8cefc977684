import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startAgent, type RunningAgent } from '../../support/agent';
import { Administrator } from '../../support/administrators';
import { eventually, Person, Recovery, type StartedView } from '../../support/journey';
import { startProduct, type Product } from '../../support/product';
import { monitorRedis, type RedisMonitor } from '../../support/redis-monitor';
import type { RedisServer } from '../../support/redis-server';
import type { Managed, Peopling, Person as Somebody } from '../../contract/directory/known-people';

export const user = 'hybrid.user@contoso.example';
export const address = 'hybrid.user@contoso.home.example';
/** Who of the directory's people that is. */
export const owner: Somebody = 'alice';

/** The directory's own settings. No story makes so many passwords wrong; and its passwords are longer than Keyturn asks for. */
export const peopling: Peopling = {
  username: (person) => (person === owner ? user : `${person}@contoso.example`),
  lockoutThreshold: 10,
  minimumLength: 12,
};
/** Long enough for Keyturn, and not for the directory. */
export const tooShort = 'Canary-0815';

export interface OwnDirectory {
  readonly managed: Managed;
  /** Stops it and lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

/** Keyturn as an organisation runs it: the product, the organisation's own directory, and an agent between the two, a process each. */
export class Organisation {
  /** What nobody may find afterwards, by what it is called. */
  readonly secrets: Record<string, string> = {};
  readonly person: Person;

  private constructor(
    readonly directory: OwnDirectory,
    readonly product: Product,
    readonly admin: Administrator,
    readonly agent: RunningAgent,
    readonly redis: RedisServer | undefined,
    /** everything that was ever said to it */
    readonly heard: RedisMonitor | undefined,
  ) {
    this.person = new Person(product.url);
  }

  /** @param redis where the queues lie; in PostgreSQL when left out */
  static async start(directory: OwnDirectory, redis?: RedisServer): Promise<Organisation> {
    const heard = redis && (await monitorRedis(redis.port));
    const product = await startProduct({ KEYTURN_LOG_LEVEL: 'debug', ...(redis && { REDIS_URL: redis.url }) });
    const admin = await Administrator.signIn(product.url);
    await admin.changePolicy({ captcha: 'off', unlockWithoutReset: true, limits: raised });
    const agent = await enrolled(admin, product, directory);
    const organisation = new Organisation(directory, product, admin, agent, redis, heard);
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'people')));
    return organisation;
  }

  async end(): Promise<void> {
    this.directory.signal('SIGCONT');
    this.heard?.close();
    await this.agent.remove();
    await this.directory.stop();
    await this.product.remove();
    await this.redis?.stop();
  }

  /** Nobody may find it. @returns the same */
  secret(name: string, value: string): string {
    this.secrets[name] = value;
    return value;
  }

  anotherAgent = (): Promise<RunningAgent> => enrolled(this.admin, this.product, this.directory);

  /** Waits until so many agents count as alive. */
  untilAlive = (count: number): Promise<true> =>
    eventually(async () => {
      const { agents } = (await this.admin.get('/tenant/agents')).body as { agents: { state: string }[] };
      return agents.filter(({ state }) => state === 'alive').length >= count;
    }, 30_000);

  binds = (password: string): Promise<boolean> => this.directory.managed.binds(owner, password);

  /** How often the password was changed, as the directory itself counts. */
  changes = (): Promise<number> => this.directory.managed.changes(owner);

  /** A recovery whose owner has proved their address. */
  async proved(reason = 'forgot-password'): Promise<Recovery> {
    const recovery = await eventually(async () => {
      await this.person.resetLimits();
      const { status, body } = await this.person.start(user, { reason });
      return status === 201 && new Recovery(this.person, body as StartedView);
    }, 30_000);
    return recovery.provedByMail(address);
  }

  /** The view once the directory's word is known. */
  ended = (recovery: Recovery) =>
    eventually(async () => {
      const { body } = await recovery.get();
      return !['writing-back', 'unlocking'].includes(body.status as string) && body;
    }, 30_000);
}

/** Whether it has taken a command that it has not told the end of. */
export const begun = async ({ dataDir }: RunningAgent): Promise<boolean> =>
  (await readdir(join(dataDir, 'writebacks')).catch(() => [])).some((name) => name.endsWith('.json'));

const raised = {
  coolingOffHours: 0,
  methodChangeGuardHours: 0,
  recoveryMinutes: 60,
  openRecoveriesPerSource: 20,
  failuresPerSource: 100,
  failuresPerAccount: 100,
  failuresUnfamiliar: 100,
};

async function enrolled(
  admin: Administrator,
  { url }: Product,
  { managed: { options } }: OwnDirectory,
): Promise<RunningAgent> {
  const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
  return startAgent({ apiUrl: url, enrolmentCode, directory: options });
}
