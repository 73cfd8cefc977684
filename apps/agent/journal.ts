import type { Intent } from '#libs/directory/fenced-write';
import type { Receipt, WriteCommand } from '#libs/directory/protocol/agent-messages';
import {
  isDiskTrouble,
  moveState,
  readState,
  removeState,
  statesIn,
  unlessUnreadable,
  Unreadable,
  writeState,
} from './state-dir.js';

/** A command this agent took, without its password. */
export interface Entry {
  readonly command: Omit<WriteCommand, 'sealed'>;
  /** The last Modify it was about to send. */
  readonly intent: Intent | null;
  readonly receipt: Receipt | null;
}

const folder = 'writebacks';
const aside = 'set-aside';
const named = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.json$/;

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

  /** The same as far as the disk allows: what stands in the directory can be read once more, and somebody waits. */
  async keepReceipt(entry: Entry, receipt: Receipt): Promise<void> {
    await this.conclude(entry, receipt).catch((error: unknown) => {
      if (!isDiskTrouble(error)) throw error;
    });
  }

  forget(writebackId: string): Promise<void> {
    return removeState(this.dataDir, fileOf(folder, writebackId));
  }

  /** Kept for whoever looks into it, and looked at no more. */
  async setAside(writebackId: string): Promise<void> {
    await moveState(this.dataDir, fileOf(folder, writebackId), fileOf(aside, writebackId)).catch(unlessGone);
  }

  /** @throws Unreadable */
  async find(writebackId: string): Promise<Entry | undefined> {
    const file = fileOf(folder, writebackId);
    const entry = (await readState(this.dataDir, file)) as Partial<Entry> | undefined;
    if (entry && entry.command?.writebackId !== writebackId) throw new Unreadable(file);
    return entry as Entry | undefined;
  }

  /** Those whose end is known first: they wait for nothing but to be told. What cannot be read is left out. */
  async all(): Promise<Entry[]> {
    const entries = await Promise.all((await this.#ids(folder)).map((id) => this.find(id).catch(unlessUnreadable)));
    const whole = entries.filter((entry) => entry !== undefined);
    return [...whole.filter(({ receipt }) => receipt), ...whole.filter(({ receipt }) => !receipt)];
  }

  /** Ids of what cannot be read any more. */
  async unreadable(): Promise<string[]> {
    const bad = (await this.#ids(folder)).map((id) =>
      this.find(id).then(
        () => [],
        (error: unknown) => (error instanceof Unreadable ? [id] : []),
      ),
    );
    return (await Promise.all(bad)).flat();
  }

  /** Ids of all that was begun and that the platform has not heard of, what was set aside too. */
  async holding(): Promise<string[]> {
    return [...(await this.#ids(folder)), ...(await this.#ids(aside))];
  }

  /** Nothing but what this program wrote. */
  async #ids(place: string): Promise<string[]> {
    return (await statesIn(this.dataDir, place)).flatMap((file) => named.exec(file)?.slice(1) ?? []);
  }

  #write(entry: Entry): Promise<void> {
    return writeState(this.dataDir, fileOf(folder, entry.command.writebackId), entry);
  }
}

const fileOf = (place: string, writebackId: string): string => `${place}/${writebackId}.json`;

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
