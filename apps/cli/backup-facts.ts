import type { BackupTrailer } from '#libs/commands/operations/backup-format';
import { OperatorError } from './operations.js';

interface Facts {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Lets a backup through and looks at its last line.
 * @returns result: throws when the backup was cut off on its way, before it gets its name
 */
export function backupFacts(chunks: AsyncIterable<string>): { lines: AsyncIterable<string>; result: () => Facts } {
  let bytes = 0;
  let tail = '';
  const facts = (): Facts => {
    const last = tail.trimEnd().split('\n').at(-1)!;
    const trailer = safelyParsed(last);
    if (trailer?.sha256 === undefined) {
      throw new OperatorError('The backup was cut off before its end. Try again; nothing of that name was written.');
    }
    return { events: trailer.events, bytes };
  };
  async function* lines(): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      bytes += Buffer.byteLength(chunk);
      tail = (tail + chunk).slice(-2_000);
      yield chunk;
    }
    facts();
  }
  return { lines: lines(), result: facts };
}

function safelyParsed(line: string): (Partial<BackupTrailer> & { events: number }) | undefined {
  try {
    return JSON.parse(line) as BackupTrailer;
  } catch {
    return undefined;
  }
}
