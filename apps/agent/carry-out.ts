import type { Directory } from '#libs/directory/directory';
import type { Receipt, WriteCommand } from '#libs/directory/protocol/agent-messages';
import { passwordChangeIn } from '#libs/directory/protocol/password-change';
import { openPassword } from '#libs/directory/protocol/sealed-password';
import type { DirectoryRules, WriteResult } from '#libs/directory/write-result';
import type { Identity } from './identity.js';
import type { Journal } from './journal.js';
import { isDiskTrouble } from './state-dir.js';

export interface Hands {
  readonly identity: Identity;
  readonly journal: Journal;
  readonly directory: Pick<Directory, 'write'>;
  readonly now: () => Date;
}

/**
 * Does what one command asks, and keeps what became of it. Undefined: nobody can say yet; ask again later.
 * @param begun it was taken before, and something of it may have been sent
 */
export async function carryOut(hands: Hands, command: WriteCommand, begun = false): Promise<Receipt | undefined> {
  const { journal, directory, now } = hands;
  // Nothing of it was done: another may have room.
  if (!begun && !(await noted(journal, command))) return receiptOf(command.writebackId, notKept, now());
  // It never reached us in time, and its password is gone: what stands in the directory is looked at next.
  if (command.kind !== 'unlock' && !command.sealed && now().getTime() >= Date.parse(command.deadline)) return undefined;
  const opened = await passwordsOf(hands, command);
  // Something of it may stand there already: that it cannot be read now does not say that nothing was changed.
  if (opened === undefined && begun) return undefined;
  const result =
    opened === undefined
      ? ({ kind: 'unreadable' } as const)
      : await directory.write(
          {
            userId: command.userId,
            accountId: command.accountId,
            epoch: command.epoch,
            writebackId: command.writebackId,
            ...opened,
            // Whoever changes a password was let in with the old one.
            unlock: command.kind !== 'change',
            doubleReset: command.doubleReset,
            deadline: Date.parse(command.deadline),
            begun,
            ...(command.tried && { tried: true }),
          },
          (intent) => journal.intend(command, intent),
        );
  const receipt = receiptOf(command.writebackId, result, now());
  const entry = await journal.find(command.writebackId);
  if (receipt && entry) await journal.keepReceipt(entry, receipt);
  return receipt;
}

const notKept: WriteResult = { kind: 'unreachable', trouble: 'not-kept' };

async function noted(journal: Journal, command: WriteCommand): Promise<boolean> {
  try {
    await journal.begin(command);
    return true;
  } catch (error) {
    if (isDiskTrouble(error)) return false;
    throw error;
  }
}

/** @returns none for an unlock alone; undefined when they do not open as what the command says */
async function passwordsOf(
  hands: Hands,
  command: WriteCommand,
): Promise<{ password?: string; oldPassword?: string } | undefined> {
  if (command.kind === 'unlock') return {};
  const opened = await open(hands, command);
  if (opened === undefined) return undefined;
  return command.kind === 'change' ? passwordChangeIn(opened) : { password: opened };
}

/** Why a sealed password does not open, for whoever has to look into it. */
export function whyUnreadable(identity: Identity, { sealed }: Pick<WriteCommand, 'sealed'>): string {
  if (!sealed) return 'nothing-sealed';
  if (sealed.platformKeyId !== identity.platformKey.keyId) return 'platform-key-changed';
  const own = identity.sealingKeys().map(({ keyId }) => keyId);
  return sealed.copies.some(({ keyId }) => own.includes(keyId)) ? 'does-not-open' : 'not-for-this-agent';
}

async function open({ identity }: Hands, command: WriteCommand): Promise<string | undefined> {
  const { sealed, accountId, recoveryId, writebackId, userId, epoch, deadline } = command;
  const own = sealed && identity.sealingKeys().find(({ keyId }) => sealed.copies.some((copy) => copy.keyId === keyId));
  if (!sealed || !own) return undefined;
  const info = { tenantId: identity.tenantId, accountId, recoveryId, writebackId, userId, epoch, deadline };
  return openPassword(sealed, info, identity.platformKey, own);
}

/** Some directories write “never” as the greatest number there is: the platform takes none like that. */
const mostToTell = 10_000;

const tellable = (rules: DirectoryRules): DirectoryRules =>
  Object.fromEntries(
    Object.entries(rules).map(([rule, value]) => [
      rule,
      typeof value === 'number' ? Math.min(Math.max(value, 0), mostToTell) : value,
    ]),
  );

function receiptOf(writebackId: string, result: WriteResult | { kind: 'unreadable' }, now: Date): Receipt | undefined {
  const receipt = { writebackId, writes: 0, fenced: true, doneAt: now.toISOString() };
  switch (result.kind) {
    case 'done':
      return { ...receipt, result: 'succeeded', writes: result.writes, fenced: result.fenced };
    case 'rejected-by-policy':
      return { ...receipt, result: 'rejected-by-policy', rules: tellable(result.rules) };
    case 'unreachable':
      return { ...receipt, result: 'unreachable', trouble: result.trouble };
    case 'unknown':
      return undefined;
    default:
      return { ...receipt, result: result.kind };
  }
}
