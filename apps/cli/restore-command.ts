import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkBackup, restore } from '#libs/commands/operations/restore';
import { systemClock } from '#libs/runtime/clock';
import { masterKeyFromSettings, type MasterKey } from '#libs/vault/master-key';
import { masterKeyFile } from '#libs/vault/master-key-file';
import { linesOf } from './backup-file.js';
import type { CliSettings } from './cli-settings.js';
import { openLocalStores } from './local-stores.js';
import { OperatorError } from './operations.js';

export interface RestoreCommand {
  readonly file: string;
  /** the newest list of who was erased; false when nobody ever was */
  readonly erasures: string | false;
  readonly onProgress: (done: number, of: number) => void;
}

/** Restores into empty stores, with a master key that opens what is restored. */
export async function restoreCommand(
  settings: CliSettings,
  { file, erasures, onProgress }: RestoreCommand,
): Promise<{ events: number }> {
  const masterKey = await masterKeyAtHand(settings);
  const lines = await linesOf(file);
  const checked = await checkBackup(lines());
  const erased = erasures === false ? undefined : await linesOf(erasures);
  const stores = await openLocalStores(settings, { create: true });
  try {
    const targets = { ...stores, clock: systemClock, masterKey };
    const withEnds = erased && { erasures: () => ended(erased()) };
    const onAccepted = async () => (settings.databaseUrl ? undefined : markDataDir(settings.dataDir, lines()));
    await restore(targets, lines, checked, { onAccepted, onProgress, ...withEnds });
    return { events: checked.events };
  } finally {
    await stores.close();
  }
}

/**
 * Tells the embedded Keyturn what it starts on: nothing is to be seeded, and where the demo's tenants are, whose passwords
 * everybody knows, it never runs with a real outside world. No real organisation has a domain under `.example` (RFC 6761).
 */
async function markDataDir(dataDir: string, lines: AsyncIterable<string>): Promise<void> {
  let demo = false;
  for await (const line of lines) demo ||= /"type":"DomainVerified".*"domain":"[^"]*\.example"/.test(line);
  const [name, sentence] = demo
    ? ['demo-seeded', 'The demo tenants of this directory have well-known passwords.']
    : ['restored', 'The contents of this directory were restored from a backup.'];
  await writeFile(join(dataDir, name), `${sentence}\n`);
}

/** A new key would be of no use: what was sealed under the old one could never be read. */
async function masterKeyAtHand({ masterKey, dataDir, databaseUrl }: CliSettings): Promise<MasterKey> {
  if (masterKey) return masterKeyFromSettings(masterKey);
  const path = join(dataDir, 'master-key');
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (databaseUrl || !there) {
    throw new OperatorError(
      `The master key that the backup was made under is needed: set KEYTURN_MASTER_KEY${databaseUrl ? '' : `, or put the file back to ${path} with mode 0600`}.`,
    );
  }
  return masterKeyFile(path);
}

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
