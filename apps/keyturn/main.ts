import { refuseMissingFolder } from '#libs/runtime/data-dir';
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
  await refuseMissingFolder('KEYTURN_BOUNCES_DIR', settings.bouncesDir);
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
  const unheard = notListening(error);
  const { message, stack } = error as Error;
  process.stderr.write(`\nKeyturn did not start.\n${unheard ?? message}\n${expected || unheard ? '' : `${stack}\n`}`);
  await closing.run(() => undefined);
  process.exit(1);
}

/** Why nobody can be listened to, if that is what went wrong. */
function notListening(error: unknown): string | undefined {
  const { code, syscall, port, hostname } = error as NodeJS.ErrnoException & { port?: number; hostname?: string };
  if (code === 'EADDRINUSE') return `Port ${port} is in use by another program. Set KEYTURN_PORT to a free one.`;
  if (code === 'EACCES' && syscall === 'listen')
    return `Port ${port} needs privileges. Set KEYTURN_PORT to another one.`;
  const ours = syscall === 'listen' || (hostname !== undefined && hostname === process.env.KEYTURN_HOST);
  if (ours && (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')) return 'KEYTURN_HOST is no address of this machine.';
  return undefined;
}
