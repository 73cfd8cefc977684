import { pushKey, subscribe } from './device-api.js';
import type { PairedAccount } from './device-store.js';

/** Where messages are taken while the page is closed; undefined where the browser or the server has none. */
export async function pushOffered(): Promise<string | undefined> {
  if (!('serviceWorker' in navigator) || !('PushManager' in globalThis)) return undefined;
  return (await pushKey().catch(() => null)) ?? undefined;
}

/** @returns whether the person and the browser allow it */
export async function turnOnPush(key: string, accounts: readonly PairedAccount[]): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const worker = await navigator.serviceWorker.register('/device-worker.js');
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const subscription = (await worker.pushManager.getSubscription()) ?? (await worker.pushManager.subscribe(options));
  await Promise.all(accounts.map((account) => subscribe(account, subscription.toJSON())));
  return true;
}
