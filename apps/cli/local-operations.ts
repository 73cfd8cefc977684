import { backup } from '#libs/commands/operations/backup';
import { caseFile } from '#libs/commands/operations/case-file';
import { replay } from '#libs/commands/operations/replay';
import { openReadModels } from '#libs/readmodels/rows';
import { systemClock } from '#libs/runtime/clock';
import { exportErasures } from '#libs/vault/backup';
import type { CliSettings } from './cli-settings.js';
import { openLocalStores } from './local-stores.js';
import type { Operations } from './operations.js';

/** Does it itself. */
export async function openLocalOperations(settings: CliSettings): Promise<Operations> {
  const { store, pool, close } = await openLocalStores(settings);
  return {
    caseFile: (code) => caseFile({ store, readModels: openReadModels(pool) }, code),
    replay: (request, onProgress) => replay({ store, pool }, request, onProgress),
    backup: () => backup({ store, pool, clock: systemClock }),
    erasures: () => exportErasures(pool),
    close,
  };
}
