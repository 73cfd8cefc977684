import { join } from 'node:path';
import { openInfrastructure, type Infrastructure } from '#libs/commands/infrastructure';
import { projectedEvents } from '#libs/commands/operations/replay';
import { startProjector } from '#libs/readmodels/projector';
import { masterKeyFromSettings } from '#libs/vault/master-key';
import { masterKeyFile } from '#libs/vault/master-key-file';
import type { CliSettings } from './cli-settings.js';
import type { LocalStores } from './local-stores.js';
import { OperatorError } from './operations.js';

/** What commands need, over stores that are open, with read models that know the whole log. */
export async function withInfrastructure<T>(
  { databaseUrl: shared, masterKey, dataDir }: CliSettings,
  { databaseUrl, eventStoreUrl, clock }: LocalStores,
  work: (infrastructure: Infrastructure) => Promise<T>,
): Promise<T> {
  if (shared && !masterKey) throw new OperatorError('Set KEYTURN_MASTER_KEY to the key that the servers have.');
  const infrastructure = await openInfrastructure({
    databaseUrl,
    eventStoreUrl,
    masterKey: masterKey ? masterKeyFromSettings(masterKey) : await masterKeyFile(join(dataDir, 'master-key')),
    clock,
  });
  const { pool, store } = infrastructure;
  try {
    const log = { identity: () => store.identity(), head: () => store.head() };
    const projector = await startProjector({ pool, events: projectedEvents(store), log });
    try {
      await projector.ready();
      await projector.waitFor((await store.head()) ?? -1n);
      return await work(infrastructure);
    } finally {
      await projector.close();
    }
  } finally {
    await infrastructure.close();
  }
}
