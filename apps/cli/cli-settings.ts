import { resolve } from 'node:path';
import { OperatorError } from './operations.js';

/** The same names as the product's own settings; only what a command needs. */
export interface CliSettings {
  readonly dataDir: string;
  /** where a Keyturn in server mode answers */
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly eventStoreUrl: string | undefined;
  readonly masterKey: string | undefined;
}

export const cliSettings = (env: NodeJS.ProcessEnv, url: string | undefined): CliSettings => ({
  dataDir: resolve(env.KEYTURN_DATA_DIR ?? '.keyturn'),
  url: url && usable(url),
  token: env.KEYTURN_OPERATOR_TOKEN,
  databaseUrl: env.DATABASE_URL,
  eventStoreUrl: env.EVENTSTORE_URL,
  masterKey: env.KEYTURN_MASTER_KEY,
});

function usable(url: string): string {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new OperatorError(`--url takes an address such as https://reset.example.com; "${url}" is none.`);
  }
  return url;
}
