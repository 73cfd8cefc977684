import { OperatorError } from './operations.js';

interface Facts<Trailer> {
  readonly trailer: Trailer;
  readonly bytes: number;
}

/**
 * Lets an export through and looks at its last line.
 * @param what it is, for the sentence
 * @returns result: throws when the export was cut off on its way, before it gets its name
 */
export function exportFacts<Trailer extends { readonly sha256: string }>(
  what: string,
  chunks: AsyncIterable<string>,
): { lines: AsyncIterable<string>; result: () => Facts<Trailer> } {
  let bytes = 0;
  let tail = '';
  const facts = (): Facts<Trailer> => {
    const trailer = parsed<Trailer>(tail.trimEnd().split('\n').at(-1)!);
    if (trailer?.sha256 === undefined) {
      throw new OperatorError(`${what} was cut off before its end. Try again; nothing of that name was written.`);
    }
    return { trailer, bytes };
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

function parsed<Trailer>(line: string): Trailer | undefined {
  try {
    return JSON.parse(line) as Trailer;
  } catch {
    return undefined;
  }
}
