import { account, type AccountCommand } from '#libs/domain/account/account';
import { noticesTo } from '#libs/domain/account/notices';
import { RuleViolation } from '#libs/domain/decider';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryCommand } from '#libs/domain/recovery/recovery.commands';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import type { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import type { Clock } from '#libs/runtime/clock';
import { derivedId, step } from '../steps.js';
import { recogniseSource } from './recognise-source.js';
import { requestWriteback } from './request-writeback.js';

/** Takes a submitted unlock to its end: the commit on the account, then the outcome on the recovery. */
export async function completeUnlock(store: EventStore, clock: Clock, state: RecoveryState): Promise<RecoveryState> {
  const { recoveryId, policyVersion, attempts, unlockBy } = state;
  const context: CommandContext = {
    commandId: derivedId(recoveryId, 'unlock', String(attempts)),
    correlationId: recoveryId,
    actor: { kind: 'system' },
    policyVersion,
  };
  const refused = unlockBy
    ? await requestWriteback(store, clock, state, { ...unlockBy, ...nothingSealed }, step(context, 'request-writeback'))
    : await commit(store, clock, state, context);
  // The directory has the last word: its agent's receipt ends the recovery.
  if (unlockBy && !refused) return state;
  const now = clock.now().toISOString();
  if (!refused) await recogniseSource(store, state, now, context);
  const command = closing(refused, now);
  return (await execute(store, recovery, recoveryId, command, step(context, 'close'))).state;
}

const nothingSealed = { kind: 'unlock', credentialId: null, sealed: null } as const;

function closing(refused: RuleViolation | undefined, now: string): RecoveryCommand {
  if (!refused) return { type: 'SucceedUnlock', data: { now } };
  if (refused.code === 'unlock-limit') return { type: 'RejectUnlock', data: { reason: 'unlock-limit', now } };
  const why = refused.details.why === 'not-me' ? ({ why: 'not-me' } as const) : {};
  return { type: 'SupersedeRecovery', data: { ...why, now } };
}

/** @returns why the account was not unlocked; undefined when it was */
async function commit(
  store: EventStore,
  clock: Clock,
  { recoveryId, subject, limits, passed }: RecoveryState,
  context: CommandContext,
): Promise<RuleViolation | undefined> {
  if (subject?.kind !== 'account' || !limits) return new RuleViolation('superseded');
  const { accountId, epoch } = subject;
  const now = clock.now().toISOString();
  try {
    await execute(
      store,
      account,
      accountId,
      (owner): AccountCommand => {
        const notices = noticesTo(owner, 'account-was-unlocked', (methodId) =>
          derivedId(context.commandId, 'notice', methodId),
        );
        return { type: 'UnlockAccount', data: { recoveryId, epoch, passed, limits, notices, now } };
      },
      step(context, 'commit'),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof RuleViolation)) throw error;
    const { state } = await load(store, account, accountId);
    return state.usedRecoveries.includes(recoveryId) ? undefined : error;
  }
}
