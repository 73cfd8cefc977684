import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** @returns undefined when there is no such file */
export async function readState(dataDir: string, file: string): Promise<unknown> {
  const text = await readFile(join(dataDir, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** Whole and on the disk before it returns, readable by this user alone: after a crash the old file is there, or the new. */
export async function writeState(dataDir: string, file: string, value: unknown): Promise<void> {
  const path = join(dataDir, file);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(value));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}

export const removeState = (dataDir: string, file: string): Promise<void> => rm(join(dataDir, file), { force: true });

/** Names of the files in a folder of the data directory. */
export const statesIn = async (dataDir: string, folder: string): Promise<string[]> =>
  (await readdir(join(dataDir, folder)).catch(() => [] as string[])).filter((name) => name.endsWith('.json'));
