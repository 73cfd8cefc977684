import { systemClock, type Clock } from '#libs/runtime/clock';
import { startMailCatcher } from './mail-catcher.js';
import type { MailFaults } from './mail-faults.js';
import { Mailbox, type CaughtMail } from './mailbox.js';

export interface OutsideOptions {
  clock?: Clock;
  /** Where the mail server listens; 127.0.0.1. */
  host?: string;
  /** 0, the default, takes a free one. */
  smtpPort?: number;
  /** Mails survive a restart in here; only in memory when omitted. */
  dataDir?: string;
  /** Mails kept; 2,000. */
  keep?: number;
}

/** The world around the product, simulated: what carries mail to people, and their mailboxes. */
export interface Outside {
  smtpUrl: string;
  mailbox: {
    /** Newest first, at most `limit` (100). */
    list(to?: string, limit?: number): Promise<CaughtMail[]>;
    find(id: string): Promise<CaughtMail | undefined>;
    addresses(): { address: string; mails: number }[];
    clear(): Promise<void>;
  };
  faults: {
    set(change: { mail?: Partial<MailFaults> }): Promise<void>;
    get(): { mail: Readonly<MailFaults> };
  };
  close(): Promise<void>;
}

export async function startOutside(options: OutsideOptions = {}): Promise<Outside> {
  const { clock = systemClock, host = '127.0.0.1', smtpPort = 0, dataDir, keep } = options;
  const mailbox = await Mailbox.open({ clock, dataDir, ...(keep && { keep }) });
  const catcher = await startMailCatcher(mailbox, { host, port: smtpPort });
  return {
    smtpUrl: `smtp://${host.includes(':') ? `[${host}]` : host}:${catcher.port}`,
    mailbox,
    faults: {
      set: async ({ mail }) => mail && catcher.setFaults(mail),
      get: () => ({ mail: catcher.faults() }),
    },
    async close() {
      await catcher.close();
      await mailbox.close();
    },
  };
}
