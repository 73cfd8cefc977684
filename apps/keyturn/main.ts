import { openLogger } from '#libs/runtime/logging';
import { readSettings, SettingsRefused } from '#libs/runtime/settings';
import { startTracing } from '#libs/runtime/tracing';
import { Closing } from './closing.js';
import { startEmbedded } from './embedded.js';
import { startServer } from './server.js';
import { welcome } from './welcome.js';

const closing = new Closing();
let stopping = false;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = openLogger(settings.logLevel);
  closing.add('tracing', await startTracing(settings.role));
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code || 1), 20_000).unref();
    await closing.run((name, err) => logger.error({ err, part: name }, 'did not end cleanly'));
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'stopping after an unexpected failure');
    void stop(1);
  });
  if (settings.embedded) {
    const { api } = await startEmbedded(settings, logger, closing);
    process.stdout.write(welcome(api.url, settings.outside));
  } else {
    await startServer(settings, logger, closing);
  }
}

try {
  await main();
} catch (error) {
  const expected = error instanceof SettingsRefused || /Refused$/.test((error as Error).name);
  const message = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? portTaken(error) : (error as Error).message;
  process.stderr.write(`\nKeyturn did not start.\n${message}\n${expected ? '' : `${(error as Error).stack}\n`}`);
  await closing.run(() => undefined);
  process.exit(1);
}

function portTaken(error: unknown): string {
  const { port } = error as { port?: number };
  return `Port ${port} is in use by another program. Set KEYTURN_PORT to a free one.`;
}
