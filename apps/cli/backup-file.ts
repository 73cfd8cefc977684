import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { OperatorError } from './operations.js';

/** Writes aside, syncs, then renames: a file of that name is whole. Only its owner can read it. */
export async function writeWhole(path: string, chunks: AsyncIterable<string>): Promise<void> {
  const draft = `${path}.part`;
  await rm(draft, { force: true });
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      // Unlike `write`, which may stop half-way on a full disk and say nothing.
      for await (const chunk of chunks) await file.appendFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** @returns what reads the file's lines from its beginning */
export async function linesOf(path: string): Promise<() => AsyncIterable<string>> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new OperatorError(`${path} cannot be read (${error.code}).`);
  });
  await file.close();
  return () => split(createReadStream(path, 'utf8'));
}

async function* split(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const complete = (rest + chunk).split('\n');
    rest = complete.pop()!;
    yield* complete;
  }
  if (rest !== '') yield rest;
}
