import type { Credentials } from '../api/client.js';
import { tabStorage } from '../tab-storage.js';

/** What this tab keeps of its recovery. It lives in sessionStorage alone and never in the address. */
export interface Held extends Credentials {
  /** as typed, to name the account on the pages and to password managers */
  username: string;
}

export function heldRecovery(): Held | undefined {
  try {
    const held = JSON.parse(tabStorage.get(STORED) ?? 'null') as Partial<Held> | null;
    if (!held?.recoveryId || !held.recoveryToken) return undefined;
    return { recoveryId: held.recoveryId, recoveryToken: held.recoveryToken, username: held.username ?? '' };
  } catch {
    return undefined;
  }
}

export function hold(held: Held): void {
  tabStorage.set(STORED, JSON.stringify(held));
}

export function letGo(): void {
  tabStorage.remove(STORED);
}

/**
 * Whether this tab is the one that acts on the recovery. A duplicated tab inherits a copy of sessionStorage; the lock
 * tells it from a reloaded one, and it then starts a recovery of its own.
 */
export function isOurs(recoveryId: string): Promise<boolean> {
  const known = claims.get(recoveryId);
  if (known) return known;
  const claim = new Promise<boolean>((resolve) => {
    if (!navigator.locks) return resolve(true);
    const whileOpen = () => new Promise<void>(() => resolve(true));
    navigator.locks
      .request(`keyturn.recovery.${recoveryId}`, { signal: AbortSignal.timeout(HANDOVER_MS) }, whileOpen)
      .catch(() => resolve(false));
  });
  claims.set(recoveryId, claim);
  return claim;
}

const claims = new Map<string, Promise<boolean>>();
const STORED = 'recovery';
/** a reloaded page's lock is free well within this */
const HANDOVER_MS = 600;
