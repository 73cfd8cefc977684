import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that is there and says nothing: cut short by something that is not this program. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly code = 'UNREADABLE';

  constructor(readonly file: string) {
    super(`${file} cannot be read`);
  }
}

/** For what is made anew when it is not there. */
export function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof Unreadable)) throw error;
}

/** @returns undefined when there is no such file @throws Unreadable */
export async function readState(dataDir: string, file: string): Promise<unknown> {
  const text = await readFile(join(dataDir, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new Unreadable(join(dataDir, file));
}

/** Whole and on the disk before it returns, readable by this user alone: after a crash the old file is there, or the new. */
export async function writeState(dataDir: string, file: string, value: unknown): Promise<void> {
  const path = join(dataDir, file);
  const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(value));
    await handle.sync();
  } catch (error) {
    // Half of it would only take up what little room there is.
    await rm(fresh, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(fresh, path);
  await keepNames(dirname(path));
  if (made !== undefined) await keepNames(dirname(made));
}

/** That the folder has this file is on the disk too. Windows does so by itself, and refuses to be asked. */
async function keepNames(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

export const removeState = (dataDir: string, file: string): Promise<void> =>
  rm(join(dataDir, file)).catch((error: NodeJS.ErrnoException) => {
    if (!isGone(error)) throw error;
  });

const isGone = ({ code }: NodeJS.ErrnoException): boolean => code === 'ENOENT' || code === 'ENOTDIR';

/** As it is, readable or not. */
export async function moveState(dataDir: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(dataDir, to)), { recursive: true, mode: 0o700 });
  await rename(join(dataDir, from), join(dataDir, to));
}

/** Names of the files in a folder of the data directory. */
export const statesIn = async (dataDir: string, folder: string): Promise<string[]> =>
  (
    await readdir(join(dataDir, folder)).catch((error: NodeJS.ErrnoException) => {
      // What may not be read is not taken for nothing: it would be begun anew.
      if (isGone(error)) return [];
      throw error;
    })
  ).filter((name) => name.endsWith('.json'));

/** Trouble with this machine's disk, not with what somebody answered. */
export const isDiskTrouble = (error: unknown): boolean =>
  error instanceof Unreadable || diskCodes.has(String((error as { code?: unknown } | null)?.code));

const diskCodes = new Set([
  ...['EACCES', 'EDQUOT', 'EEXIST', 'EFBIG', 'EIO', 'EISDIR'],
  ...['EMFILE', 'ENFILE', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'],
]);

/** @throws what keeps this user from writing there, a full disk above all */
export async function proveWritable(dataDir: string): Promise<void> {
  await writeState(dataDir, 'probe.json', { filled: ' '.repeat(4_096) });
  await removeState(dataDir, 'probe.json');
}
