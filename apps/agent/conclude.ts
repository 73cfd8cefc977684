import type { Directory } from '#libs/directory/directory';
import { commandIn, NotUnderstood, type Receipt, type WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { Report } from './events.js';
import type { Entry, Journal } from './journal.js';
import { PlatformRefused, type Platform } from './platform.js';

export interface Desk {
  readonly journal: Journal;
  readonly directory: Pick<Directory, 'standing'>;
  readonly platform: Pick<Platform, 'call' | 'now'>;
  readonly report: Report;
  readonly fenced: boolean;
  /** Does a command that was begun before. */
  readonly carryOut: (command: WriteCommand) => Promise<Receipt | undefined>;
}

/** What was sent right before the deadline may arrive this much later, milliseconds. */
const onItsWayMs = 30_000;
/** The platform gives up an agent that is silent for a day. */
const longestMs = 2 * 86_400_000;

/**
 * What was begun before a crash, or could not be told: looked at until it is known, and told until the platform has heard.
 * What stands in the directory decides; a reset of several writes is run to its end. One that the platform cannot take does
 * not keep the others from it.
 * @throws PlatformRefused when the platform is away, or takes nothing of this agent
 */
export async function conclude(desk: Desk): Promise<void> {
  for (const writebackId of await desk.journal.unreadable())
    await oneByOne(desk, writebackId, () => restore(desk, writebackId));
  for (const entry of await desk.journal.all()) {
    await oneByOne(desk, entry.command.writebackId, async () => {
      const receipt = entry.receipt ?? (await whatBecameOf(desk, entry));
      if (receipt) await tell(desk, receipt);
    });
  }
}

async function oneByOne({ report }: Desk, writebackId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // What this release does not understand is no reason either to keep the others waiting.
    if (error instanceof NotUnderstood) return report('platform-trouble', { writebackId, trouble: 'not-understood' });
    if (!(error instanceof PlatformRefused) || error.status < 500) throw error;
    report('platform-trouble', { writebackId, trouble: `${error.status} ${error.code}` });
  }
}

/** Its file was cut short by something else: the platform knows what it was, as long as it lives. */
async function restore(desk: Desk, writebackId: string): Promise<void> {
  const again = await askedAgain(desk.platform, writebackId);
  if (!again) {
    await desk.journal.setAside(writebackId);
    return desk.report('journal-damaged', { writebackId });
  }
  await desk.journal.begin(again);
  const receipt = await desk.carryOut(again);
  if (receipt) await tell(desk, receipt);
}

async function whatBecameOf(desk: Desk, entry: Entry): Promise<Receipt | undefined> {
  const { command } = entry;
  const { writebackId, kind, doubleReset } = command;
  const doneAt = desk.platform.now().toISOString();
  const { standing, writes } = await desk.directory.standing({
    ...command,
    doubleReset: doubleReset && kind === 'reset',
  });
  const receipt = { writebackId, writes, fenced: desk.fenced, doneAt };
  switch (standing) {
    case 'unreachable':
      return undefined;
    case 'done':
      return concluded(desk, entry, { ...receipt, result: 'succeeded' });
    case 'stale':
    case 'user-not-found':
      return concluded(desk, entry, { ...receipt, result: standing });
    case 'begun':
    case 'before': {
      const again = await askedAgain(desk.platform, writebackId);
      if (again) return desk.carryOut(again);
      if (standing === 'begun') return begunAndGone(desk, entry, receipt);
      const sent = entry.intent !== null;
      // By what the platform's clock is known to be since it was asked.
      const over = desk.platform.now().getTime() - Date.parse(command.deadline);
      if (over < (sent ? onItsWayMs : 0)) return undefined;
      // Set by an operation that leaves no trace: what became of it cannot be seen.
      if (sent && !desk.fenced) return over < longestMs ? undefined : forgotten(desk, writebackId);
      return concluded(desk, entry, { ...receipt, result: 'expired' });
    }
  }
}

/** What should follow is gone. After the first write the asked password stands; after the next one nobody knows which. */
function begunAndGone(desk: Desk, entry: Entry, receipt: Omit<Receipt, 'result'>): Promise<Receipt> {
  if (receipt.writes === 1) return concluded(desk, entry, { ...receipt, result: 'succeeded' });
  desk.report('reset-unfinished', { writebackId: receipt.writebackId });
  return concluded(desk, entry, { ...receipt, result: 'unfinished' });
}

async function concluded({ journal, report }: Desk, entry: Entry, receipt: Receipt): Promise<Receipt> {
  await journal.keepReceipt(entry, receipt);
  report('looked-again', { writebackId: receipt.writebackId, result: receipt.result });
  return receipt;
}

async function forgotten({ journal, report }: Desk, writebackId: string): Promise<undefined> {
  await journal.forget(writebackId);
  report('outcome-unknown', { writebackId });
}

/** The sealed password is not kept here: who began a command may ask for it again. */
async function askedAgain(platform: Desk['platform'], writebackId: string): Promise<WriteCommand | undefined> {
  try {
    return commandIn(await platform.call('POST', `/api/v1/agent/commands/${writebackId}`, {}), writebackId);
  } catch (error) {
    // Not ours any more, or too late.
    if (error instanceof PlatformRefused && error.final) return undefined;
    throw error;
  }
}

/** Kept until the platform has it, or says that it never will. */
export async function tell(
  { journal, platform, report }: Pick<Desk, 'journal' | 'platform' | 'report'>,
  receipt: Receipt,
): Promise<void> {
  const { writebackId } = receipt;
  try {
    await platform.call('POST', '/api/v1/agent/receipts', receipt);
  } catch (error) {
    if (!(error instanceof PlatformRefused) || !error.final) throw error;
    // The platform knows nothing of it, or does not understand it.
    if (error.status === 409) report('receipt-refused', { writebackId });
    else report('receipt-set-aside', { writebackId, trouble: `${error.status} ${error.code}` });
    if (error.status !== 409) return journal.setAside(writebackId);
  }
  await journal.forget(writebackId);
}
