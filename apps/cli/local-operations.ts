import { backup } from '#libs/commands/operations/backup';
import { caseFile } from '#libs/commands/operations/case-file';
import { replay } from '#libs/commands/operations/replay';
import { openReadModels } from '#libs/readmodels/rows';
import { systemClock } from '#libs/runtime/clock';
import { exportErasures } from '#libs/vault/backup';
import type { LocalStores } from './local-stores.js';
import type { Operations } from './operations.js';

/** Does it itself. */
export const localOperations = ({ store, pool, close }: LocalStores): Operations => ({
  caseFile: (code) => caseFile({ store, readModels: openReadModels(pool) }, code),
  replay: (request, onProgress) => replay({ store, pool }, request, onProgress),
  backup: () => backup({ store, pool, clock: systemClock }),
  erasures: () => exportErasures(pool),
  close,
});
