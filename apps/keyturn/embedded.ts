import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { isFromThisMachine } from '#apps/outside/guard';
import { outsideRoutes } from '#apps/outside/outside-routes';
import { startOutside, type Outside } from '#apps/outside/outside';
import { problemOf } from '#apps/api/problems';
import { startApi, type RunningApi } from '#apps/api/start-api';
import type { RunningWorker, WorkerSettings } from '#apps/worker/worker';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { openInfrastructure, type Infrastructure } from '#libs/commands/infrastructure';
import { systemClock } from '#libs/runtime/clock';
import { DataDirRefused, lockDataDir } from '#libs/runtime/data-dir';
import { offerOperatorAccess, withdrawOperatorAccess } from '#libs/runtime/operator-access';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';
import { openPool } from '#libs/runtime/postgres';
import type { Settings } from '#libs/runtime/settings';
import { SharedClock } from '#libs/runtime/shared-clock';
import { carried } from '#libs/runtime/telecom-settings';
import { masterKeyFromSettings } from '#libs/vault/master-key';
import { masterKeyFile } from '#libs/vault/master-key-file';
import type { Closing } from './closing.js';
import { DemoAgent } from './demo/demo-agent.js';
import { demoDirectory } from './demo/demo-directory.js';
import { appCodeOf } from './demo/app-code-of.js';
import { seedDemo } from './demo/seed-demo.js';
import { startProjecting, startWorking } from './worker-role.js';

export interface Embedded {
  readonly api: RunningApi;
  readonly worker: RunningWorker;
  readonly infrastructure: Infrastructure;
  readonly outside: Outside | undefined;
}

/** Everything in one process, on a PostgreSQL of its own in the data directory. */
export async function startEmbedded(
  settings: Settings,
  logger: Logger,
  closing: Closing,
  workerSettings: Partial<WorkerSettings> = {},
): Promise<Embedded> {
  const { dataDir, outside: world } = settings;
  const lock = await lockDataDir(dataDir, settings.publicUrl.origin);
  closing.add('data directory', () => lock.release());
  await refuseDemoWithRealWorld(dataDir, world);
  const masterKey = settings.masterKey
    ? masterKeyFromSettings(settings.masterKey)
    : await masterKeyFile(join(dataDir, 'master-key'));

  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  closing.add('postgres', () => postgres.stop());
  const databaseUrl = postgres.localUrl;
  const clock = world === 'simulated' ? await movableClock(databaseUrl, closing) : systemClock;
  const eventStore = await startEmbeddedEventStore({
    databaseUrl,
    clock,
    report: (error) => logger.error({ err: error }, 'the event store cannot write at present'),
  });
  closing.add('event store', () => eventStore.close());
  const infrastructure = await openInfrastructure({
    databaseUrl,
    eventStoreUrl: eventStore.url,
    localStore: eventStore.local,
    masterKey,
    clock,
    inspectable: world === 'simulated',
    breachedPasswords: settings.breachedPasswords,
    ...(world === 'real' && { telecom: carried(settings.telecom) }),
    onPoolError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
  });
  closing.add('infrastructure', () => infrastructure.close());

  const bouncesFolder = settings.bouncesDir ?? join(dataDir, 'bounces');
  const outside =
    world === 'simulated'
      ? await startOutside({
          clock,
          dataDir,
          bouncesDir: bouncesFolder,
          apiUrl: ownAddress(settings),
          ...(settings.outsideDirectory && { directory: demoDirectory }),
        })
      : undefined;
  if (outside) closing.add('outside', () => outside.close());
  const bouncesDir = settings.bouncesDir ?? (outside && bouncesFolder);
  const telecom = outside ? simulatedTelecom(settings, outside) : settings.telecom;
  const projector = await startProjecting(infrastructure, logger, closing);
  if (world === 'simulated') await seedOnce(infrastructure, dataDir);
  const worker = await startWorking(
    {
      infrastructure,
      settings: { ...settings, telecom, bouncesDir },
      databaseUrl,
      smtpUrl: settings.smtpUrl ?? outside!.smtpUrl,
      logger,
      workerSettings,
    },
    closing,
  );
  const head = await infrastructure.store.head();
  if (head !== undefined) await projector.waitFor(head);

  const agent = new DemoAgent(infrastructure, logger, dataDir);
  const operator = await offerOperatorAccess(dataDir, ownAddress(settings));
  closing.add('operator access', () => withdrawOperatorAccess(dataDir));
  const api = await startApi({
    operatorToken: operator.token,
    infrastructure,
    settings: { ...settings, telecom },
    logger,
    readiness: {
      projector: () => projector.ready(),
      worker: () => worker.ready(),
      ...(outside?.directory && { directory: () => agent.ready() }),
    },
    ...(outside && {
      mount: async (fastify) => {
        keepDemoAtHome(fastify);
        await outsideRoutes(fastify, outside, {
          captchaAnswer: async (captchaId) => (await infrastructure.captchas.peek(captchaId))?.image,
          appCode: (username) => appCodeOf(infrastructure, username),
          resetLimits: async () => {
            await infrastructure.limiter.reset();
            await infrastructure.slots.reset();
          },
          advanceClock: async (ms) => {
            const now = await (clock as SharedClock).advance(ms);
            await agent.lookUp();
            await settle(infrastructure, projector, worker);
            return now;
          },
        });
      },
    }),
  });
  closing.add('api', () => api.close());
  closing.add('agent', () => agent.stop());
  if (outside?.directory) await agent.start(ownAddress(settings), outside.directory);
  return { api, worker, infrastructure, outside };
}

/** Messages and calls end at the simulated phones, unless other carriers on this machine are set. */
const simulatedTelecom = ({ telecom }: Settings, outside: Outside): Settings['telecom'] =>
  telecom.twilio || telecom.smppUrl ? telecom : { twilio: outside.twilio, smppUrl: outside.smppUrl };

/** The demo's passwords are in the README: whoever reaches this process from elsewhere cannot sign in with them. */
function keepDemoAtHome(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ raw: { method, url, headers }, routeOptions }, reply) => {
    // By the route that answers: an address can be spelt in more than one way.
    if (!routeOptions.url?.startsWith('/api/v1/sessions')) return;
    if (isFromThisMachine({ method: method!, url: url!, headers })) return;
    const problem = problemOf('not-found');
    await reply.status(problem.status).headers(problem.headers).send(problem.body);
  });
}

/** Due timers run; what they cause may make further ones due, so until nothing more is. */
async function settle(
  { store }: Infrastructure,
  projector: { waitFor(position: bigint): Promise<void> },
  worker: RunningWorker,
): Promise<void> {
  for (let round = 0; round < 10; round++) {
    await projector.waitFor((await store.head()) ?? -1n);
    if ((await worker.runDue()) === 0) return;
  }
}

async function movableClock(databaseUrl: string, closing: Closing): Promise<SharedClock> {
  const pool = openPool(databaseUrl, { max: 1 });
  closing.add('clock', () => pool.end());
  const clock = await SharedClock.open(pool);
  closing.add('clock watch', () => clock.close());
  return clock;
}

/** As this machine reaches it: the public address may lead over a proxy. */
const ownAddress = ({ host, port }: Settings): string =>
  `http://${/^(0\.0\.0\.0|\[?::\]?)$/.test(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;

const seeded = 'The demo tenants of this directory have well-known passwords.\n';
const seededFile = (dataDir: string): string => join(dataDir, 'demo-seeded');

async function seedOnce(infrastructure: Infrastructure, dataDir: string): Promise<void> {
  // What was restored from a backup is whole as it is.
  const mark = await readFile(seededFile(dataDir), 'utf8').catch(() => '');
  if (mark === seeded || (await exists(join(dataDir, 'restored')))) return;
  // Marked before the first account exists: from here on this directory never meets the real world.
  await writeFile(seededFile(dataDir), 'seeding\n');
  await seedDemo(infrastructure);
  await writeFile(seededFile(dataDir), seeded);
}

/** Whoever knows the README knows the demo's passwords. */
async function refuseDemoWithRealWorld(dataDir: string, world: Settings['outside']): Promise<void> {
  if (world === 'real' && (await exists(seededFile(dataDir)))) {
    throw new DataDirRefused(
      `${dataDir} holds the demo tenants, whose passwords everybody knows: it never runs with KEYTURN_OUTSIDE=real. ` +
        'Set KEYTURN_DATA_DIR to an empty folder.',
    );
  }
}

const exists = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
