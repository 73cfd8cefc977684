import type { RecoveryView } from './contract.js';
import type { Credentials } from './client.js';
import { headersOf } from './transport.js';

/**
 * The recovery's live views, read from server-sent events by fetch because `EventSource` could carry the token only in
 * the URL. Reconnects with growing pauses until the signal aborts or the server refuses.
 */
export async function followRecovery(
  held: Credentials,
  onView: (view: RecoveryView) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const response = await fetch(`/api/v1/recoveries/${encodeURIComponent(held.recoveryId)}/events`, {
        headers: withAccept(headersOf({ token: held.recoveryToken }), 'text/event-stream'),
        cache: 'no-store',
        signal,
      });
      if (response.status >= 400 && response.status < 500 && response.status !== 429) return;
      if (response.ok && response.body) {
        for await (const data of dataOf(response.body.pipeThrough(new TextDecoderStream()))) {
          failures = 0;
          const view = viewIn(data);
          if (view) onView(view);
        }
      }
    } catch {
      // the connection broke; the next round opens another
    }
    await pause(Math.min(1_000 * 2 ** failures, 15_000), signal);
  }
}

/** The `data` of each event of a `text/event-stream` body (WHATWG HTML §9.2.6), line ends in any form. */
export async function* dataOf(chunks: AsyncIterable<string> | ReadableStream<string>): AsyncGenerator<string> {
  let rest = '';
  let data: string[] = [];
  for await (const chunk of iterable(chunks)) {
    rest += chunk;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length) yield data.join('\n');
        data = [];
      } else if (line.startsWith('data:')) {
        data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      }
    }
  }
}

/** Not every browser can iterate a stream itself. */
async function* iterable(chunks: AsyncIterable<string> | ReadableStream<string>): AsyncGenerator<string> {
  if (!('getReader' in chunks)) return yield* chunks;
  const reader = chunks.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    reader.releaseLock();
  }
}

function viewIn(data: string): RecoveryView | undefined {
  try {
    const value = JSON.parse(data) as Partial<RecoveryView>;
    return typeof value.status === 'string' ? (value as RecoveryView) : undefined;
  } catch {
    return undefined;
  }
}

function withAccept(headers: Headers, type: string): Headers {
  headers.set('Accept', type);
  return headers;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
