import type { Report } from './events.js';
import { newPair, type Identity } from './identity.js';
import { identityKeyMs, sealingKeyMs } from './key-ages.js';
import { PlatformRefused, type Platform } from './platform.js';

const toleratedMs = 300_000;
const path = '/api/v1/agent/keys';

/** Keys are replaced before they are too old; whatever a crash leaves half done is completed. */
export async function renewKeys(identity: Identity, platform: Platform, report: Report): Promise<void> {
  await completeHandOver(identity, platform, report);
  // Made in the future: by a clock that was ahead. Nobody knows how old it is.
  const age = (since: Date): number => {
    const ms = platform.now().getTime() - since.getTime();
    return ms < -toleratedMs ? Infinity : ms;
  };
  if (!identity.untoldPair && age(identity.sealingSince) > sealingKeyMs) {
    await identity.addSealingPair(await newPair(platform.now()));
  }
  const pair = identity.untoldPair;
  if (pair) {
    await platform.call('POST', path, { sealingKey: pair.publicKey });
    await identity.noteTold(pair.keyId);
    report('sealing-key-replaced', { keyId: pair.keyId });
  }
  if (age(identity.identitySince) > identityKeyMs) {
    await platform.call('POST', path, { identityKey: await identity.nextIdentityKey() });
    await identity.adoptNext(platform.now());
    report('identity-key-replaced');
  }
}

/** A next key on the disk: the platform may have taken it before a crash, and then knows the old one no more. */
async function completeHandOver(identity: Identity, platform: Platform, report: Report): Promise<void> {
  const signer = identity.nextSigner;
  if (!signer) return;
  try {
    await platform.call('POST', path, {}, { signer });
  } catch (error) {
    if (error instanceof PlatformRefused && error.status === 401) return;
    throw error;
  }
  await identity.adoptNext(platform.now());
  report('identity-key-completed');
}
