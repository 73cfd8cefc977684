import { account } from '#libs/domain/account/account';
import type { VaultRef } from '#libs/domain/vault-ref';
import type { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import type { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** The push service says that nobody is there any more; a subscription the device named meanwhile stays. */
export async function forgetPush(
  { store, clock }: { readonly store: EventStore; readonly clock: Clock },
  accountId: string,
  deviceId: string,
  push: VaultRef,
): Promise<void> {
  const data = { deviceId, push, why: 'gone', now: clock.now().toISOString() } as const;
  const actor = { kind: 'worker', id: 'push' } as const;
  const context = { commandId: derivedId(push.ref, 'gone'), correlationId: deviceId, actor };
  await execute(store, account, accountId, { type: 'UnsubscribePush', data }, context);
}
