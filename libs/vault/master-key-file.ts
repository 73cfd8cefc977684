import { randomBytes, randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeKey, keyBytes, MasterKey } from './master-key.js';

/**
 * The master key of an embedded installation, kept in a file of its own and created on first use. Of two processes that
 * start at once, both get the same key.
 *
 * @throws Error with a sentence when the file can be read by others, is no plain file or holds no key
 */
export async function masterKeyFile(path: string): Promise<MasterKey> {
  if (!(await found(path))) await create(path);
  const { mode } = await lstat(path).then((file) => {
    if (!file.isFile()) throw new Error(`The master key ${path} is not a plain file.`);
    return file;
  });
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new Error(`The master key ${path} can be read by others; run chmod 600 on it, then start again.`);
  }
  return new MasterKey([decodeKey((await readFile(path, 'utf8')).trim(), `The master key ${path}`)]);
}

/** A key that is in use must survive a power cut, and nobody may ever see half of it: write aside, sync, then link. */
async function create(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o711 });
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`);
    await file.sync();
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

const found = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
