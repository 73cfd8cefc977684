import { createHash } from 'node:crypto';
import type { Entry, Erasure, Header, Trailer } from './backup-format.js';

/** Why a backup cannot be restored, in a sentence. */
export class VaultExportRefused extends Error {
  override readonly name = 'VaultExportRefused';
}

/**
 * All lines but the last, which must count and hash them.
 * @param what they are of, for the sentence
 * @throws VaultExportRefused at the end of what was changed or cut off
 */
async function* wholeLines(
  source: AsyncIterable<Buffer | string>,
  { what, headers }: { what: string; headers: number },
): AsyncGenerator<object> {
  const damaged = new VaultExportRefused(`${what} is damaged or was cut off; nothing was restored.`);
  const hash = createHash('sha256');
  let rows = -headers;
  let trailer: Trailer | undefined;
  for await (const line of linesOf(source)) {
    const entry = parsed(line);
    if (trailer || !entry) throw damaged;
    if ('sha256' in entry) {
      trailer = entry as Trailer;
      continue;
    }
    yield entry;
    hash.update(`${line}\n`);
    rows++;
  }
  if (trailer?.rows !== rows || trailer.sha256 !== hash.digest('hex')) throw damaged;
}

/** What `exportVault` wrote: the header first. */
export const exportedVault = (source: AsyncIterable<Buffer | string>) =>
  wholeLines(source, { what: 'The backup', headers: 1 }) as AsyncGenerator<Header | Entry>;

/** What `exportErasures` wrote. */
export const exportedErasures = (source: AsyncIterable<Buffer | string>) =>
  wholeLines(source, { what: 'The list of erased persons', headers: 0 }) as AsyncGenerator<Erasure>;

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return value && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

async function* linesOf(source: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    const complete = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = complete.pop()!;
    yield* complete;
  }
  if (rest !== '') yield rest;
}
