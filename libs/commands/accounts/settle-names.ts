import { account } from '#libs/domain/account/account';
import { minutes } from '#libs/domain/time';
import type { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import type { Clock } from '#libs/runtime/clock';
import type { Directory } from '#libs/vault/directory';

/** Longer than any command that reserves a name can still be under way. */
const patienceMs = minutes(5);

interface Parts {
  readonly store: EventStore;
  readonly directory: Directory;
  readonly clock: Clock;
}

/**
 * Names reserved around an event whose process died: the account's stream says whether the event was written, and with it
 * whether the name is given or free again.
 * @returns how many were settled
 */
export async function settleNames({ store, directory, clock }: Parts): Promise<number> {
  const pending = await directory.pending(new Date(clock.now().getTime() - patienceMs));
  for (const entry of pending) {
    const { state } = await load(store, account, entry.accountId);
    await directory.settle(entry, state.accountId === null ? 'released' : 'confirmed');
  }
  return pending.length;
}
