import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { signIns } from '#libs/domain/signins/signins';
import type { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import { step } from '../steps.js';

/** Whoever recovered from somewhere is no stranger there any more. */
export async function recogniseSource(
  store: EventStore,
  { subject, source }: RecoveryState,
  now: string,
  context: CommandContext,
): Promise<void> {
  if (subject?.kind !== 'account') return;
  const { accountId } = subject;
  const command = { type: 'RecogniseSource', data: { accountId, source, now } } as const;
  await execute(store, signIns, accountId, command, step(context, 'recognise'));
}
