import { randomBytes } from 'node:crypto';
import { chmod, lstat, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How the operator's command line reaches a running embedded Keyturn. */
export interface OperatorAccess {
  readonly url: string;
  /** 32 random bytes, base64url; new with every start */
  readonly token: string;
}

/** Whoever can read the data directory's owner's files is the operator: mode 0600. Remove it when the process ends. */
export async function offerOperatorAccess(dataDir: string, url: string): Promise<OperatorAccess> {
  const access = { url, token: randomBytes(32).toString('base64url') };
  await withdrawOperatorAccess(dataDir);
  await writeFile(pathIn(dataDir), `${JSON.stringify(access)}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(pathIn(dataDir), 0o600);
  return access;
}

export const withdrawOperatorAccess = (dataDir: string): Promise<void> => rm(pathIn(dataDir), { force: true });

/** @returns undefined when nothing runs there; @throws when others could have read or written the file */
export async function operatorAccess(dataDir: string): Promise<OperatorAccess | undefined> {
  const path = pathIn(dataDir);
  const file = await lstat(path).catch(() => undefined);
  if (!file) return undefined;
  if (!file.isFile() || (process.platform !== 'win32' && (file.mode & 0o077) !== 0)) {
    throw new Error(`${path} is not a file that only its owner can read; remove it and restart Keyturn.`);
  }
  return JSON.parse(await readFile(path, 'utf8')) as OperatorAccess;
}

const pathIn = (dataDir: string): string => join(dataDir, 'operator.json');
