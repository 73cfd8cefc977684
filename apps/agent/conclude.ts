import type { Directory } from '#libs/directory/directory';
import { commandIn, type Receipt, type WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { Report } from './events.js';
import type { Entry, Journal } from './journal.js';
import { PlatformRefused, type Platform } from './platform.js';

interface Desk {
  readonly journal: Journal;
  readonly directory: Directory;
  readonly platform: Platform;
  readonly report: Report;
  readonly fenced: boolean;
  /** Does a command that was begun before. */
  readonly carryOut: (command: WriteCommand) => Promise<Receipt | undefined>;
}

/**
 * What was begun before a crash, or could not be told: looked at until it is known, and told until the platform has heard.
 * What stands in the directory decides; a reset of several writes is run to its end.
 */
export async function conclude(desk: Desk): Promise<void> {
  for (const entry of await desk.journal.all()) {
    const receipt = entry.receipt ?? (await whatBecameOf(desk, entry));
    if (receipt) await tell(desk, receipt);
  }
}

async function whatBecameOf(desk: Desk, entry: Entry): Promise<Receipt | undefined> {
  const { command } = entry;
  const { writebackId, kind, doubleReset } = command;
  const now = desk.platform.now();
  const receipt = { writebackId, writes: 0, fenced: desk.fenced, doneAt: now.toISOString() };
  const standing = await desk.directory.standing({ ...command, doubleReset: doubleReset && kind === 'reset' });
  switch (standing) {
    case 'unreachable':
      return undefined;
    case 'done':
      return concluded(desk, entry, { ...receipt, result: 'succeeded', writes: 1 });
    case 'stale':
    case 'user-not-found':
      return concluded(desk, entry, { ...receipt, result: standing });
    case 'begun':
    case 'before': {
      const again = await askedAgain(desk.platform, writebackId);
      if (again) return desk.carryOut(again);
      if (standing === 'begun') {
        // Nobody knows the password that stands there, and what it should be is gone: a person has to reset it anew.
        desk.report('reset-unfinished', { writebackId });
        return undefined;
      }
      if (now.getTime() < Date.parse(command.deadline)) return undefined;
      return concluded(desk, entry, { ...receipt, result: 'expired' });
    }
  }
}

async function concluded({ journal, report }: Desk, entry: Entry, receipt: Receipt): Promise<Receipt> {
  await journal.conclude(entry, receipt);
  report('looked-again', { writebackId: receipt.writebackId, result: receipt.result });
  return receipt;
}

/** The sealed password is not kept here: who began a command may ask for it again. */
async function askedAgain(platform: Platform, writebackId: string): Promise<WriteCommand | undefined> {
  try {
    return commandIn(await platform.call('POST', `/api/v1/agent/commands/${writebackId}`, {}));
  } catch (error) {
    // Not ours any more, or too late.
    if (error instanceof PlatformRefused && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
}

/** Kept until the platform has it. */
export async function tell(
  { journal, platform, report }: Pick<Desk, 'journal' | 'platform' | 'report'>,
  receipt: Receipt,
): Promise<void> {
  try {
    await platform.call('POST', '/api/v1/agent/receipts', receipt);
  } catch (error) {
    // The platform knows nothing of it and never will.
    if (!(error instanceof PlatformRefused) || error.status !== 409) throw error;
    report('receipt-refused', { writebackId: receipt.writebackId });
  }
  await journal.forget(receipt.writebackId);
}
