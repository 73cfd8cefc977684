import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import type { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** Puts a challenge before all devices of its account, once: it waits there for their open connections and looks. */
export async function askApproval(
  { store, clock }: { readonly store: EventStore; readonly clock: Clock },
  accountId: string,
  asked: { readonly recoveryId: string; readonly challengeId: string; readonly expiresAt: string },
  cause: CommandContext,
): Promise<AccountState> {
  const data = { ...asked, now: clock.now().toISOString() };
  const context = { ...cause, commandId: derivedId(asked.challengeId, 'ask-approval') };
  return (await execute(store, account, accountId, { type: 'AskApproval', data }, context)).state;
}
