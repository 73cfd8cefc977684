import { isAbsolute, resolve } from 'node:path';
import {
  bracketed,
  eventStoreUrl as storeUrl,
  hostName,
  isLoopback,
  longEnough,
  networks,
  oneOf,
  portNumber,
  sender,
  smtpUrl as mailServer,
  url,
} from './setting-parsers.js';
import { readTelecom, telecomContradictions, type TelecomSettings } from './telecom-settings.js';

export { isLoopback } from './setting-parsers.js';

export type ProcessRole = 'all' | 'api' | 'worker' | 'eventstore';

export interface Settings {
  readonly role: ProcessRole;
  /** The infrastructure is started by this process and lives in `dataDir`. */
  readonly embedded: boolean;
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** Where people reach the portal: the only origin that mailed links are made of. */
  readonly publicUrl: URL;
  readonly masterKey: string | undefined;
  /** Where the list of breached passwords lies; without it nothing is known to be breached. */
  readonly breachedPasswords: string | undefined;
  /** Lets the operator's command line in, in server mode; at least 32 characters. */
  readonly operatorToken: string | undefined;
  /** Lets whoever collects metrics in; without it they are told to this machine alone. */
  readonly metricsToken: string | undefined;
  readonly eventStoreUrl: string | undefined;
  readonly eventStorePort: number;
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Where the mail server puts mails that came back, one a file. */
  readonly bouncesDir: string | undefined;
  /** Signs push messages (RFC 8292); without it devices hear over their open connections alone. */
  readonly vapid: { readonly publicKey: string; readonly privateKey: string } | undefined;
  readonly telecom: TelecomSettings;
  /** Addresses or networks (CIDR) whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly outside: 'simulated' | 'real';
  /** Part of the simulated world: an organisation's directory, and an agent at it. */
  readonly outsideDirectory: boolean;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
}

/** What is wrong with the settings, a sentence each, saying what to do. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';

  constructor(readonly sentences: readonly string[]) {
    super(sentences.join('\n'));
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one setting; what is wrong with it is told with everything else that is. */
export type ReadSetting = <T>(name: string, parse: (text: string) => T, missing: T) => T;

/** Names this release reads; another `KEYTURN_…` is a typing mistake that would otherwise go unnoticed. */
const known = [
  'KEYTURN_PORT',
  'KEYTURN_HOST',
  'KEYTURN_DATA_DIR',
  'KEYTURN_PUBLIC_URL',
  'KEYTURN_MASTER_KEY',
  'KEYTURN_ROLE',
  'KEYTURN_TRUSTED_PROXIES',
  'KEYTURN_OUTSIDE',
  'KEYTURN_OUTSIDE_DIRECTORY',
  'KEYTURN_EVENTSTORE_PORT',
  'KEYTURN_LOG_LEVEL',
  'KEYTURN_OPERATOR_TOKEN',
  'KEYTURN_BOUNCES_DIR',
  'KEYTURN_BREACHED_PASSWORDS',
  'KEYTURN_METRICS_TOKEN',
];

/** Parses the environment once. @throws SettingsRefused naming everything that is wrong */
export function readSettings(env: Environment): Settings {
  const wrong: string[] = [];
  const read: ReadSetting = (name, parse, missing) => {
    const text = env[name];
    if (text === undefined || text === '') return missing;
    try {
      return parse(text);
    } catch (error) {
      wrong.push(`${name} ${(error as Error).message}`);
      return missing;
    }
  };

  for (const name of Object.keys(env)) {
    if (name.startsWith('KEYTURN_') && !name.startsWith('KEYTURN_TEST_') && !known.includes(name)) {
      wrong.push(`${name} is not a setting of this release. The settings are listed in docs/settings.md.`);
    }
  }
  const role = read('KEYTURN_ROLE', oneOf('all', 'api', 'worker', 'eventstore'), 'all');
  const port = read('KEYTURN_PORT', portNumber, 8080);
  const host = read('KEYTURN_HOST', hostName, '127.0.0.1');
  const eventStoreUrl = read('EVENTSTORE_URL', storeUrl, undefined);
  const redisUrl = read('REDIS_URL', url('redis:', 'rediss:'), undefined);
  const databaseUrl = read('DATABASE_URL', url('postgres:', 'postgresql:'), undefined);
  const embedded = role === 'all' && !eventStoreUrl && !databaseUrl;
  const publicUrl = new URL(read('KEYTURN_PUBLIC_URL', url('http:', 'https:'), `http://${bracketed(host)}:${port}`)!);
  const outside = read('KEYTURN_OUTSIDE', oneOf('simulated', 'real'), embedded ? 'simulated' : 'real');
  const smtpUrl = read('SMTP_URL', mailServer, undefined);
  // Read where tracing begins, by OpenTelemetry's own code, which only complains.
  read('OTEL_EXPORTER_OTLP_ENDPOINT', url('http:', 'https:'), undefined);
  const settings: Settings = {
    role,
    embedded,
    port,
    host,
    dataDir: read('KEYTURN_DATA_DIR', (text) => (isAbsolute(text) ? text : resolve(text)), resolve('.keyturn')),
    publicUrl,
    masterKey: read('KEYTURN_MASTER_KEY', String, undefined),
    breachedPasswords: read('KEYTURN_BREACHED_PASSWORDS', (text) => resolve(text), undefined),
    operatorToken: read('KEYTURN_OPERATOR_TOKEN', longEnough, undefined),
    metricsToken: read('KEYTURN_METRICS_TOKEN', longEnough, undefined),
    eventStoreUrl,
    eventStorePort: read('KEYTURN_EVENTSTORE_PORT', portNumber, 2113),
    redisUrl,
    databaseUrl,
    smtpUrl,
    bouncesDir: read('KEYTURN_BOUNCES_DIR', (text) => resolve(text), undefined),
    mailFrom: read('MAIL_FROM', sender, 'Keyturn <no-reply@keyturn.example>'),
    vapid: vapid(
      read('VAPID_PUBLIC_KEY', keyOf(65), undefined),
      read('VAPID_PRIVATE_KEY', keyOf(32), undefined),
      wrong,
    ),
    telecom: readTelecom(read),
    trustedProxies: read('KEYTURN_TRUSTED_PROXIES', networks, []),
    outside,
    outsideDirectory:
      read('KEYTURN_OUTSIDE_DIRECTORY', oneOf('simulated', 'none'), 'simulated') === 'simulated' &&
      outside === 'simulated',
    logLevel: read('KEYTURN_LOG_LEVEL', oneOf('fatal', 'error', 'warn', 'info', 'debug', 'silent'), 'info'),
  };
  wrong.push(...contradictions(settings), ...telecomContradictions(settings, env));
  if (wrong.length > 0) throw new SettingsRefused(wrong);
  return settings;
}

function contradictions(settings: Settings): string[] {
  const { role, embedded, databaseUrl, eventStoreUrl, masterKey, smtpUrl, outside, host, publicUrl } = settings;
  const wrong: string[] = [];
  if (role === 'eventstore') {
    if (!databaseUrl) wrong.push('DATABASE_URL is needed by KEYTURN_ROLE=eventstore: set it to a PostgreSQL database.');
    return wrong;
  }
  if (!embedded) {
    if (!databaseUrl) wrong.push('DATABASE_URL is missing: server mode keeps its vault and read models in PostgreSQL.');
    if (!eventStoreUrl) wrong.push('EVENTSTORE_URL is missing: server mode keeps its history in EventStoreDB.');
    if (!masterKey) {
      wrong.push(
        'KEYTURN_MASTER_KEY is missing: give every process the same 32 random bytes, base64 (openssl rand -base64 32).',
      );
    }
    if (!smtpUrl) wrong.push('SMTP_URL is missing: codes and notices need a mail server.');
  }
  if (outside === 'simulated') {
    if (!embedded) {
      wrong.push(
        'KEYTURN_OUTSIDE=simulated is part of the embedded mode: leave DATABASE_URL, EVENTSTORE_URL and KEYTURN_ROLE out.',
      );
    }
    if (!isLoopback(host)) {
      wrong.push(
        `KEYTURN_OUTSIDE=simulated shows every mail to whoever can reach it: it runs only on a loopback KEYTURN_HOST, not on ${host}.`,
      );
    }
    if (!isLoopback(publicUrl.hostname)) {
      wrong.push('KEYTURN_OUTSIDE=simulated needs a loopback KEYTURN_PUBLIC_URL: it is for trying the product out.');
    }
    if (smtpUrl && !isLoopback(new URL(smtpUrl).hostname)) {
      wrong.push('KEYTURN_OUTSIDE=simulated never sends real mail: remove SMTP_URL or point it at a loopback address.');
    }
  } else {
    if (embedded && !smtpUrl) {
      wrong.push('SMTP_URL is missing: with KEYTURN_OUTSIDE=real, codes and notices need a mail server.');
    }
    if (publicUrl.protocol === 'http:' && !isLoopback(publicUrl.hostname)) {
      wrong.push(
        `KEYTURN_PUBLIC_URL must be an https:// address where people reach the portal, not ${publicUrl.origin}: passwords are typed there. Put a proxy with a certificate before it and set KEYTURN_PUBLIC_URL to its address.`,
      );
    }
  }
  return wrong;
}

/** @param bytes of the key, which is base64url */
const keyOf =
  (bytes: number) =>
  (text: string): string | undefined => {
    if (!/^[\w-]+=*$/.test(text) || Buffer.from(text, 'base64url').length !== bytes) {
      throw new Error(`must be ${bytes} bytes, base64url (npx web-push generate-vapid-keys makes a pair).`);
    }
    return text;
  };

function vapid(publicKey: string | undefined, privateKey: string | undefined, wrong: string[]): Settings['vapid'] {
  if (publicKey && privateKey) return { publicKey, privateKey };
  if (publicKey || privateKey) wrong.push('VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are a pair: set both or neither.');
  return undefined;
}
