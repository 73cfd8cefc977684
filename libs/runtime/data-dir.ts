import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The data directory is in use, or cannot be used; the message says what to do. */
export class DataDirRefused extends Error {
  override readonly name = 'DataDirRefused';
}

export interface DataDirLock {
  release(): Promise<void>;
}

/** One Keyturn at a time works in a data directory. A lock left behind by a killed one is taken over. */
export async function lockDataDir(dataDir: string, address: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 }).catch((error: NodeJS.ErrnoException) => {
    throw new DataDirRefused(
      `KEYTURN_DATA_DIR must be a folder that can be written; ${dataDir} is not (${error.code}).`,
    );
  });
  const path = join(dataDir, 'keyturn.lock');
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(`${process.pid}\n${address}\n`);
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', running = ''] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
    if (pid && isAlive(Number(pid))) {
      throw new DataDirRefused(
        `Keyturn is already running here (process ${pid}, ${running}). ` +
          `Open ${running}, stop it with Ctrl-C, or set KEYTURN_DATA_DIR and KEYTURN_PORT to start another one.`,
      );
    }
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @param name of the setting. @throws DataDirRefused when there is no such folder */
export async function refuseMissingFolder(name: string, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw new DataDirRefused(`${name} must be a folder; ${path} is none.`);
}
