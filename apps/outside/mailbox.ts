import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import type { Clock } from '#libs/runtime/clock';

export interface CaughtMail {
  id: string;
  from: string;
  /** the recipients of the envelope */
  to: string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** ISO 8601 UTC */
  receivedAt: string;
  /** lower-case names: `date`, `content-language`, `auto-submitted` */
  headers: Record<string, string>;
}

/** A mail as it came: kept in this form and read only when somebody looks at it. */
interface StoredMail {
  id: string;
  from: string;
  to: string[];
  receivedAt: string;
  raw: string;
}

/** The last mails that were caught, oldest dropped first, kept in memory and in a file if there is a folder. */
export class Mailbox {
  readonly #clock: Clock;
  readonly #keep: number;
  readonly #file: string | undefined;
  readonly #parsed = new WeakMap<StoredMail, Promise<CaughtMail>>();
  #mails: StoredMail[] = [];
  /** in the file */
  #lines = 0;
  #written: Promise<unknown> = Promise.resolve();

  private constructor(clock: Clock, keep: number, file: string | undefined) {
    this.#clock = clock;
    this.#keep = keep;
    this.#file = file;
  }

  static async open(options: { clock: Clock; dataDir?: string | undefined; keep?: number }): Promise<Mailbox> {
    const file = options.dataDir && join(options.dataDir, 'outside-mail.jsonl');
    const mailbox = new Mailbox(options.clock, options.keep ?? 2_000, file);
    if (options.dataDir) await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
    if (file) await mailbox.#load(file);
    return mailbox;
  }

  /** Keeps one mail; it is in the file when this returns. */
  async add(mail: { from: string; to: string[]; raw: string }): Promise<void> {
    const stored = { id: randomUUID(), receivedAt: this.#clock.now().toISOString(), ...mail };
    this.#mails.push(stored);
    if (this.#mails.length > this.#keep) this.#mails.shift();
    if (++this.#lines > 2 * this.#keep) await this.#write((file) => this.#rewrite(file));
    else await this.#write((file) => appendFile(file, lineOf(stored), { mode: 0o600 }));
  }

  /** Newest first. @param to one recipient, in any case */
  list(to?: string, limit = 100): Promise<CaughtMail[]> {
    const wanted = to?.toLowerCase();
    const found = this.#mails.filter((mail) => !wanted || mail.to.some((address) => address.toLowerCase() === wanted));
    return Promise.all(
      found
        .slice(-limit)
        .reverse()
        .map((mail) => this.#read(mail)),
    );
  }

  async find(id: string): Promise<CaughtMail | undefined> {
    const mail = this.#mails.find((candidate) => candidate.id === id);
    return mail && this.#read(mail);
  }

  /** Every recipient with the number of their mails, by name. */
  addresses(): { address: string; mails: number }[] {
    const counts = new Map<string, number>();
    for (const address of this.#mails.flatMap(({ to }) => to)) counts.set(address, (counts.get(address) ?? 0) + 1);
    return [...counts].sort().map(([address, mails]) => ({ address, mails }));
  }

  async clear(): Promise<void> {
    this.#mails = [];
    await this.#write((file) => this.#rewrite(file));
  }

  /** Waits until everything is in the file. */
  async close(): Promise<void> {
    await this.#written;
  }

  #read(mail: StoredMail): Promise<CaughtMail> {
    const parsed = this.#parsed.get(mail) ?? parse(mail);
    this.#parsed.set(mail, parsed);
    return parsed;
  }

  async #load(file: string): Promise<void> {
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    this.#mails = lines.slice(-this.#keep).flatMap(storedIn);
    if (lines.length > this.#mails.length) await this.#rewrite(file);
    else this.#lines = lines.length;
  }

  /** The file holds at most twice what is kept. */
  async #rewrite(file: string): Promise<void> {
    this.#lines = this.#mails.length;
    await writeFile(`${file}.new`, this.#mails.map(lineOf).join(''), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  async #write(change: (file: string) => Promise<void>): Promise<void> {
    const file = this.#file;
    if (!file) return;
    this.#written = this.#written.then(() => change(file)).catch(() => {});
    await this.#written;
  }
}

async function parse({ raw, ...mail }: StoredMail): Promise<CaughtMail> {
  const email = await PostalMime.parse(raw);
  const shown = email.headers.filter(({ key }) => ['date', 'content-language', 'auto-submitted'].includes(key));
  return {
    ...mail,
    subject: email.subject ?? '',
    text: (email.text ?? '').replaceAll('\r\n', '\n'),
    html: (email.html ?? '').replaceAll('\r\n', '\n'),
    messageId: email.messageId ?? '',
    headers: Object.fromEntries(shown.map(({ key, value }) => [key, value])),
  };
}

const lineOf = (mail: StoredMail): string => `${JSON.stringify(mail)}\n`;

/** A line that was cut off by a crash is no mail. */
function storedIn(line: string): StoredMail[] {
  try {
    return [JSON.parse(line) as StoredMail];
  } catch {
    return [];
  }
}
