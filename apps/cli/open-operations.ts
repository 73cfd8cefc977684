import { operatorAccess } from '#libs/runtime/operator-access';
import type { CliSettings } from './cli-settings.js';
import { OperatorError, type Operations } from './operations.js';
import { RemoteOperations } from './remote-operations.js';

/** A running Keyturn if there is one, else the stores themselves. */
export async function openOperations(settings: CliSettings): Promise<Operations> {
  const { url, token, databaseUrl, eventStoreUrl, dataDir } = settings;
  if (url) {
    if (!token) throw new OperatorError('Set KEYTURN_OPERATOR_TOKEN to the token that the server was given.');
    return new RemoteOperations(url, token);
  }
  if (!databaseUrl && !eventStoreUrl) {
    const access = await operatorAccess(dataDir);
    const running = access && new RemoteOperations(access.url, access.token);
    if (running && (await running.alive())) return running;
  }
  return (await import('./local-operations.js')).openLocalOperations(settings);
}
