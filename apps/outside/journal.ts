import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The last things of one kind, oldest dropped first, kept in memory and in a file if there is a folder. */
export class Journal<T> {
  #items: T[] = [];
  /** in the file */
  #lines = 0;
  #written: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly keep: number,
    private readonly file: string | undefined,
  ) {}

  static async open<T>(options: { dataDir: string | undefined; name: string; keep: number }): Promise<Journal<T>> {
    const { dataDir, name, keep } = options;
    if (dataDir) await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const journal = new Journal<T>(keep, dataDir && join(dataDir, name));
    await journal.#load();
    return journal;
  }

  /** Oldest first. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** Keeps one; it is in the file when this returns. */
  async add(item: T): Promise<void> {
    this.#items.push(item);
    if (this.#items.length > this.keep) this.#items.shift();
    if (++this.#lines > 2 * this.keep) await this.#write((file) => this.#rewrite(file));
    else await this.#write((file) => appendFile(file, lineOf(item), { mode: 0o600 }));
  }

  async clear(): Promise<void> {
    this.#items = [];
    await this.#write((file) => this.#rewrite(file));
  }

  /** Waits until everything is in the file. */
  async close(): Promise<void> {
    await this.#written;
  }

  async #load(): Promise<void> {
    if (!this.file) return;
    const lines = (await readFile(this.file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    this.#items = lines.slice(-this.keep).flatMap((line) => itemIn<T>(line));
    if (lines.length > this.#items.length) await this.#rewrite(this.file);
    else this.#lines = lines.length;
  }

  /** The file holds at most twice what is kept. */
  async #rewrite(file: string): Promise<void> {
    this.#lines = this.#items.length;
    await writeFile(`${file}.new`, this.#items.map(lineOf).join(''), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  async #write(change: (file: string) => Promise<void>): Promise<void> {
    const { file } = this;
    if (!file) return;
    this.#written = this.#written.then(() => change(file)).catch(() => {});
    await this.#written;
  }
}

const lineOf = (item: unknown): string => `${JSON.stringify(item)}\n`;

/** A line that was cut off by a crash is nothing. */
function itemIn<T>(line: string): T[] {
  try {
    return [JSON.parse(line) as T];
  } catch {
    return [];
  }
}
