import { systemClock, type Clock } from '#libs/runtime/clock';
import { DeviceShelf } from './devices/device-shelf.js';
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
  /** Where the product is reached; without it nobody has a device. */
  apiUrl?: string;
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
  /** People's authenticator devices. */
  devices: DeviceShelf | undefined;
  faults: {
    set(change: { mail?: Partial<MailFaults> }): Promise<void>;
    get(): { mail: Readonly<MailFaults> };
  };
  close(): Promise<void>;
}

export async function startOutside(options: OutsideOptions = {}): Promise<Outside> {
  const { clock = systemClock, host = '127.0.0.1', smtpPort = 0, dataDir, apiUrl, keep } = options;
  const mailbox = await Mailbox.open({ clock, dataDir, ...(keep && { keep }) });
  const catcher = await startMailCatcher(mailbox, { host, port: smtpPort });
  const devices = apiUrl === undefined ? undefined : await DeviceShelf.open({ clock, apiUrl, dataDir });
  return {
    smtpUrl: `smtp://${host.includes(':') ? `[${host}]` : host}:${catcher.port}`,
    mailbox,
    devices,
    faults: {
      set: async ({ mail }) => mail && catcher.setFaults(mail),
      get: () => ({ mail: catcher.faults() }),
    },
    async close() {
      await devices?.close();
      await catcher.close();
      await mailbox.close();
    },
  };
}
