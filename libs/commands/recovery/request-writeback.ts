import { account } from '#libs/domain/account/account';
import type { Writeback } from '#libs/domain/account/writebacks';
import { RuleViolation } from '#libs/domain/decider';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import type { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { writeback } from '#libs/domain/writeback/writeback';
import type { Clock } from '#libs/runtime/clock';

/**
 * Asks for a writeback on the account, which has the last word on whether it may be asked for.
 * @returns why it was not asked for; undefined when it was, now or before
 */
export async function requestWriteback(
  store: EventStore,
  clock: Clock,
  { recoveryId, subject, limits }: RecoveryState,
  wish: Omit<Writeback, 'recoveryId'>,
  context: CommandContext,
): Promise<RuleViolation | undefined> {
  if (subject?.kind !== 'account' || !limits) return new RuleViolation('superseded');
  const { accountId, epoch } = subject;
  const now = clock.now().toISOString();
  try {
    const command = { type: 'RequestWriteback', data: { ...wish, recoveryId, epoch, limits, now } } as const;
    await execute(store, account, accountId, command, context);
    return undefined;
  } catch (error) {
    if (!(error instanceof RuleViolation)) throw error;
    const { state } = await load(store, account, accountId);
    if (state.writebacks.some((open) => open.writebackId === wish.writebackId)) return undefined;
    // Used by this very writeback; or by an earlier one, which was called rejected and had been written.
    const { phase } = (await load(store, writeback, wish.writebackId)).state;
    return phase === 'none' ? error : undefined;
  }
}
