import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import type { Clock } from '#libs/runtime/clock';
import { Journal } from './journal.js';

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
  readonly #parsed = new WeakMap<StoredMail, Promise<CaughtMail>>();

  private constructor(
    private readonly clock: Clock,
    private readonly journal: Journal<StoredMail>,
  ) {}

  static async open(options: { clock: Clock; dataDir?: string | undefined; keep?: number }): Promise<Mailbox> {
    const { clock, dataDir, keep = 2_000 } = options;
    return new Mailbox(clock, await Journal.open({ dataDir, name: 'outside-mail.jsonl', keep }));
  }

  /** Keeps one mail; it is in the file when this returns. */
  add(mail: { from: string; to: string[]; raw: string }): Promise<void> {
    return this.journal.add({ id: randomUUID(), receivedAt: this.clock.now().toISOString(), ...mail });
  }

  /** Newest first. @param to one recipient, in any case */
  list(to?: string, limit = 100): Promise<CaughtMail[]> {
    const wanted = to?.toLowerCase();
    const found = this.journal.items.filter(
      (mail) => !wanted || mail.to.some((address) => address.toLowerCase() === wanted),
    );
    return Promise.all(
      found
        .slice(-limit)
        .reverse()
        .map((mail) => this.#read(mail)),
    );
  }

  async find(id: string): Promise<CaughtMail | undefined> {
    const mail = this.journal.items.find((candidate) => candidate.id === id);
    return mail && this.#read(mail);
  }

  /** Every recipient with the number of their mails, by name. */
  addresses(): { address: string; mails: number }[] {
    const counts = new Map<string, number>();
    for (const address of this.journal.items.flatMap(({ to }) => to))
      counts.set(address, (counts.get(address) ?? 0) + 1);
    return [...counts].sort().map(([address, mails]) => ({ address, mails }));
  }

  clear = (): Promise<void> => this.journal.clear();

  /** Waits until everything is in the file. */
  close = (): Promise<void> => this.journal.close();

  #read(mail: StoredMail): Promise<CaughtMail> {
    const parsed = this.#parsed.get(mail) ?? parse(mail);
    this.#parsed.set(mail, parsed);
    return parsed;
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
