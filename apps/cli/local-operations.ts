import { backup } from '#libs/commands/operations/backup';
import { caseFile } from '#libs/commands/operations/case-file';
import { Cases } from '#libs/commands/operations/cases';
import { replay } from '#libs/commands/operations/replay';
import { openReadModels } from '#libs/readmodels/rows';
import { exportErasures } from '#libs/vault/backup';
import type { CliSettings } from './cli-settings.js';
import { withInfrastructure } from './local-infrastructure.js';
import { openLocalStores } from './local-stores.js';
import type { Operations } from './operations.js';

/** Does it itself. */
export async function openLocalOperations(settings: CliSettings): Promise<Operations> {
  const stores = await openLocalStores(settings);
  const { store, pool, close } = stores;
  return {
    caseFile: (code) => caseFile(new Cases(openReadModels(pool), store), code),
    reveal: (code, reader) =>
      withInfrastructure(settings, stores, async (infrastructure) => {
        const { revealLocally } = await import('./local-reveal.js');
        return revealLocally(infrastructure, code, reader);
      }),
    replay: (request, onProgress) => replay({ store, pool }, request, onProgress),
    backup: () => backup({ store, pool, clock: stores.clock }),
    erasures: () => exportErasures(pool),
    close,
  };
}
