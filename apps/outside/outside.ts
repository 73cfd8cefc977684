import { systemClock, type Clock } from '#libs/runtime/clock';
import { DeviceShelf } from './devices/device-shelf.js';
import { noDirectoryFaults, type DirectoryFaults } from './directory/directory-faults.js';
import {
  startSimulatedDirectory,
  type DirectoryWish,
  type SimulatedDirectory,
} from './directory/simulated-directory.js';
import { startMailCatcher } from './mail-catcher.js';
import type { MailFaults } from './mail-faults.js';
import { Mailbox, type CaughtMail } from './mailbox.js';
import type { CallCenter } from './phones/call-center.js';
import type { PhoneFaults } from './phones/phone-faults.js';
import { Phones } from './phones/phones.js';
import { startSmppServer } from './phones/smpp-server.js';
import { startTwilioServer } from './phones/twilio-server.js';

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
  /** Where mails that bounce are reported, one a file. */
  bouncesDir?: string;
  /** An organisation's own directory; without it there is none. */
  directory?: Omit<DirectoryWish, 'clock' | 'dataDir'>;
  /** Mails kept; 2,000. */
  keep?: number;
}

export interface Faults {
  mail: MailFaults;
  /** text messages by the Twilio-like provider */
  messages: PhoneFaults;
  calls: PhoneFaults;
  /** text messages by the SMPP-speaking provider */
  smpp: PhoneFaults;
  /** writes to the directory */
  directory: DirectoryFaults;
}

type FaultChange = { [K in keyof Faults]?: Partial<Faults[K]> };

/** The world around the product, simulated: what carries mail, messages and calls to people, and where they find them. */
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
  directory: SimulatedDirectory | undefined;
  phones: Pick<Phones, 'texts' | 'calls' | 'call' | 'numbers' | 'clear'>;
  callCenter: Pick<CallCenter, 'answer' | 'press' | 'hangUp'>;
  /** How to reach what speaks like Twilio. */
  twilio: { accountSid: string; authToken: string; from: string; baseUrl: URL };
  smppUrl: string;
  faults: {
    set(change: FaultChange): Promise<void>;
    get(): Faults;
  };
  close(): Promise<void>;
}

export async function startOutside(options: OutsideOptions = {}): Promise<Outside> {
  const { clock = systemClock, host = '127.0.0.1', smtpPort = 0, dataDir, bouncesDir, apiUrl, keep } = options;
  const mailbox = await Mailbox.open({ clock, dataDir, ...(keep && { keep }) });
  const phones = await Phones.open({ clock, dataDir });
  const catcher = await startMailCatcher(mailbox, { host, port: smtpPort, bouncesDir });
  const twilio = await startTwilioServer(phones, { host });
  const smpp = await startSmppServer(phones, { host });
  const devices = apiUrl === undefined ? undefined : await DeviceShelf.open({ clock, apiUrl, dataDir });
  const directory = options.directory && (await startSimulatedDirectory({ ...options.directory, clock, dataDir }));
  return {
    smtpUrl: `smtp://${host.includes(':') ? `[${host}]` : host}:${catcher.port}`,
    mailbox,
    devices,
    directory,
    phones,
    callCenter: twilio.calls,
    smppUrl: smpp.url,
    twilio: {
      accountSid: twilio.accountSid,
      authToken: twilio.authToken,
      from: '+15005550006',
      baseUrl: new URL(twilio.baseUrl),
    },
    faults: {
      async set({ mail, smpp: texts, directory: writes, ...phone }) {
        if (mail) await catcher.setFaults(mail);
        if (texts) await smpp.setFaults(texts);
        if (writes) await directory?.setFaults(writes);
        await twilio.setFaults(phone);
      },
      get: () => ({
        mail: catcher.faults(),
        ...twilio.faults(),
        smpp: smpp.faults(),
        directory: directory?.faults() ?? noDirectoryFaults(),
      }),
    },
    async close() {
      await devices?.close();
      await directory?.close();
      await catcher.close();
      await twilio.close();
      await smpp.close();
      await Promise.all([mailbox.close(), phones.close()]);
    },
  };
}
