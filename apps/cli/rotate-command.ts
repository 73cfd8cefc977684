import { systemClock } from '#libs/runtime/clock';
import { masterKeyFromSettings } from '#libs/vault/master-key';
import { Vault } from '#libs/vault/vault';
import type { CliSettings } from './cli-settings.js';
import { openLocalStores } from './local-stores.js';
import { OperatorError } from './operations.js';

/**
 * Wraps every stored key with the first of the master keys at hand and retires the others. Broken off, it goes on when it is
 * given again.
 * @returns the fingerprint of the key that stays
 */
export async function rotateCommand(settings: CliSettings): Promise<string> {
  if (!settings.masterKey) {
    throw new OperatorError('Set KEYTURN_MASTER_KEY to the next master key and the present one: next,present.');
  }
  const masterKey = masterKeyFromSettings(settings.masterKey);
  const stores = await openLocalStores(settings);
  try {
    const vault = await Vault.open({ pool: stores.pool, masterKey, clock: systemClock });
    await vault.rotateMasterKey(masterKey);
    return masterKey.id;
  } finally {
    await stores.close();
  }
}
