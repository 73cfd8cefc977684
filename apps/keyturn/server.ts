import type { Logger } from 'pino';
import { startApi } from '#apps/api/start-api';
import { openInfrastructure } from '#libs/commands/infrastructure';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { systemClock } from '#libs/runtime/clock';
import type { Settings } from '#libs/runtime/settings';
import { carried } from '#libs/runtime/telecom-settings';
import { masterKeyFromSettings } from '#libs/vault/master-key';
import type { Closing } from './closing.js';
import { startProjecting, startWorking } from './worker-role.js';

/** One role, or all of them, on an event store, a Redis and a PostgreSQL that others run. */
export async function startServer(settings: Settings, logger: Logger, closing: Closing): Promise<void> {
  const { role, databaseUrl, eventStoreUrl, eventStorePort, host, masterKey, smtpUrl } = settings;
  if (role === 'eventstore') {
    const store = await startEmbeddedEventStore({
      databaseUrl: databaseUrl!,
      host,
      port: eventStorePort,
      report: (error) => logger.error({ err: error }, 'the event store cannot write at present'),
    });
    closing.add('event store', () => store.close());
    logger.info({ url: store.url }, 'the event store is ready');
    return;
  }
  const infrastructure = await openInfrastructure({
    databaseUrl: databaseUrl!,
    eventStoreUrl: eventStoreUrl!,
    masterKey: masterKeyFromSettings(masterKey!),
    breachedPasswords: settings.breachedPasswords,
    clock: systemClock,
    telecom: carried(settings.telecom),
    onPoolError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
  });
  closing.add('infrastructure', () => infrastructure.close());
  const readiness: Record<string, () => Promise<unknown>> = {};
  if (role !== 'api') {
    const projector = await startProjecting(infrastructure, logger, closing);
    const options = { infrastructure, settings, databaseUrl: databaseUrl!, smtpUrl: smtpUrl!, logger };
    const worker = await startWorking(options, closing);
    readiness.projector = () => projector.ready();
    readiness.worker = () => worker.ready();
  }
  if (role === 'worker') {
    logger.info('the worker is ready');
    return;
  }
  const api = await startApi({ infrastructure, settings, logger, readiness, operatorToken: settings.operatorToken });
  closing.add('api', () => api.close());
  logger.info({ url: api.url }, 'the API is ready');
}
