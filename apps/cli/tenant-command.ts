import { join } from 'node:path';
import { openInfrastructure } from '#libs/commands/infrastructure';
import { foundTenant, type Founded, type FoundingRequest } from '#libs/commands/operations/found-tenant';
import { categories } from '#libs/domain/events';
import { RuleViolation } from '#libs/domain/decider';
import { subscribe } from '#libs/eventstore/subscription';
import { startProjector } from '#libs/readmodels/projector';
import { systemClock } from '#libs/runtime/clock';
import { masterKeyFromSettings } from '#libs/vault/master-key';
import { masterKeyFile } from '#libs/vault/master-key-file';
import type { CliSettings } from './cli-settings.js';
import { openLocalStores } from './local-stores.js';
import { OperatorError } from './operations.js';

/** Works on the stores themselves: server mode's, or those of an embedded Keyturn that is not running. */
export async function tenantCommand(settings: CliSettings, request: FoundingRequest): Promise<Founded> {
  const { databaseUrl, eventStoreUrl, masterKey, dataDir } = settings;
  if (databaseUrl && !masterKey) throw new OperatorError('Set KEYTURN_MASTER_KEY to the key that the servers have.');
  const stores = await openLocalStores(settings, { create: true });
  try {
    const infrastructure = await openInfrastructure({
      databaseUrl: databaseUrl ?? stores.databaseUrl,
      eventStoreUrl: eventStoreUrl ?? stores.eventStoreUrl,
      masterKey: masterKey ? masterKeyFromSettings(masterKey) : await masterKeyFile(join(dataDir, 'master-key')),
      clock: systemClock,
    });
    try {
      // A new installation has no tables yet, and a domain may be on its way into them.
      const projector = await startProjector({
        pool: infrastructure.pool,
        events: (from, signal) =>
          subscribe(infrastructure.store, {
            prefixes: categories.map((category) => `${category}-`),
            signal,
            ...(from === undefined ? {} : { from }),
          }),
        log: { identity: () => infrastructure.store.identity(), head: () => infrastructure.store.head() },
      });
      try {
        await projector.ready();
        await projector.waitFor((await infrastructure.store.head()) ?? -1n);
        return await foundTenant(infrastructure, request);
      } finally {
        await projector.close();
      }
    } finally {
      await infrastructure.close();
    }
  } catch (error) {
    throw error instanceof RuleViolation ? new OperatorError(sentence(error)) : error;
  } finally {
    await stores.close();
  }
}

function sentence({ code, details }: RuleViolation): string {
  if (code === 'domain-taken') return `${String(details.domain)} belongs to a tenant already.`;
  return `--${String(details.field)} ${String(details.why)}.`;
}
