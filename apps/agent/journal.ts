import type { Intent } from '#libs/directory/fenced-write';
import type { Receipt, WriteCommand } from '#libs/directory/protocol/agent-messages';
import { readState, removeState, statesIn, writeState } from './state-dir.js';

/** A command this agent took, without its password. */
export interface Entry {
  readonly command: Omit<WriteCommand, 'sealed'>;
  /** The last Modify it was about to send. */
  readonly intent: Intent | null;
  readonly receipt: Receipt | null;
}

const folder = 'writebacks';
const aside = 'set-aside';

/** What was begun and what became of it, on the disk until the platform has taken the receipt. Never a password. */
export class Journal {
  constructor(private readonly dataDir: string) {}

  async begin({ sealed: _, ...command }: WriteCommand): Promise<void> {
    await this.#write({ command, intent: null, receipt: null });
  }

  async intend(command: WriteCommand, intent: Intent): Promise<void> {
    const { sealed: _, ...rest } = command;
    await this.#write({ command: rest, intent, receipt: null });
  }

  async conclude(entry: Entry, receipt: Receipt): Promise<void> {
    await this.#write({ ...entry, receipt });
  }

  forget(writebackId: string): Promise<void> {
    return removeState(this.dataDir, `${folder}/${writebackId}.json`);
  }

  /** Kept for whoever looks into it, and looked at no more. */
  async setAside(writebackId: string): Promise<void> {
    const entry = await this.find(writebackId);
    if (entry) await writeState(this.dataDir, `${aside}/${writebackId}.json`, entry);
    await this.forget(writebackId);
  }

  find(writebackId: string): Promise<Entry | undefined> {
    return readState(this.dataDir, `${folder}/${writebackId}.json`) as Promise<Entry | undefined>;
  }

  async all(): Promise<Entry[]> {
    const files = await statesIn(this.dataDir, folder);
    const entries = await Promise.all(files.map((file) => readState(this.dataDir, `${folder}/${file}`)));
    return entries.filter((entry) => entry !== undefined) as Entry[];
  }

  /** Ids of all that was begun and that the platform has not heard of, what was set aside too. */
  async holding(): Promise<string[]> {
    const files = [...(await statesIn(this.dataDir, folder)), ...(await statesIn(this.dataDir, aside))];
    return files.map((file) => file.replace(/\.json$/, ''));
  }

  #write(entry: Entry): Promise<void> {
    return writeState(this.dataDir, `${folder}/${entry.command.writebackId}.json`, entry);
  }
}
