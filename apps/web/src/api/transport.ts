import { Problem, Unreachable, type ProblemDetails } from './problem.js';

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE' | 'PATCH';
  body?: unknown;
  /** sent as Bearer; a token never stands in a URL */
  token?: string | undefined;
  /** `Idempotency-Key`: one per wish of the person, the same on every repeat of it */
  key?: string | undefined;
  /** the version that is changed, as `ETag` gave it */
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * One call of the API. Where no answer came it is repeated with the same key, which the server answers with the first
 * outcome, so a lost answer never counts twice.
 * @throws Problem when refused, Unreachable when every try stayed without an answer
 */
export async function call<Answer>(path: string, options: Call = {}): Promise<Answer> {
  const repeatable = options.method === undefined || options.method === 'GET' || options.key !== undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      return await once<Answer>(path, options);
    } catch (error) {
      const pause = PAUSES_MS[attempt];
      if (!(error instanceof Unreachable) || !repeatable || pause === undefined || options.signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Headers for a call made outside `call`, such as the event stream. */
export function headersOf({ body, token, key, ifMatch }: Call): Headers {
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': document.documentElement.lang });
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  if (key !== undefined) headers.set('Idempotency-Key', key);
  if (ifMatch !== undefined) headers.set('If-Match', ifMatch);
  return headers;
}

/** A version 4 UUID; `crypto.randomUUID` exists only in secure contexts. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

async function once<Answer>(path: string, options: Call): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method: options.method ?? 'GET',
      headers: headersOf(options),
      body,
      signal,
      cache: 'no-store',
    });
    text = await response.text();
  } catch (error) {
    throw new Unreachable('no answer', { cause: error });
  }
  const answer = parsed(text);
  if (response.ok) return answer as Answer;
  const details = (answer ?? {}) as ProblemDetails & { code?: string };
  if (details.code === undefined && response.status >= 502)
    throw new Unreachable(`gateway answered ${response.status}`);
  throw new Problem(response.status, details.code ?? 'unavailable', details, retryAfterOf(response));
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfterOf(response: Response): number | undefined {
  const header = response.headers.get('Retry-After');
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined;
}

const PAUSES_MS = [400, 1_500];
/** longer than the 20 s after which the server answers 202 */
const TIMEOUT_MS = 30_000;
