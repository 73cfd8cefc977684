import type { NotTakenReason } from '../carrier.js';

/** Twilio answered, and not with what was asked for. */
export class TwilioProblem extends Error {
  override readonly name = 'TwilioProblem';

  constructor(
    readonly status: number,
    /** Twilio's own number for it, such as 21211 */
    readonly code: number | undefined,
    readonly retryAfterMs: number | undefined,
  ) {
    super(`Twilio answered ${status}`);
  }
}

/** No answer came. @param reason set when the request certainly never reached Twilio */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(readonly reason: NotTakenReason | undefined) {
    super(`Twilio did not answer: ${reason ?? 'the outcome is unknown'}`);
  }
}

/** The part of the SDK's request that is ours to carry out. */
export interface SdkRequest {
  readonly method: string;
  readonly uri: string;
  readonly username?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Carries the SDK's requests to any address that speaks Twilio's API, with a time-out of ours, no redirects, and an error
 * that says whether anything can have reached the other side.
 */
export class TwilioHttpClient {
  constructor(
    private readonly baseUrl: URL,
    private readonly timeoutMs: number,
  ) {}

  async request({ method, uri, username, password, headers, data }: SdkRequest) {
    const { pathname, search } = new URL(uri);
    const signIn = Buffer.from(`${username}:${password}`).toString('base64');
    const init: RequestInit = {
      method: method.toUpperCase(),
      headers: { ...headers, Authorization: `Basic ${signIn}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(this.timeoutMs),
      ...(data && { body: form(data) }),
    };
    const response = await fetch(new URL(pathname + search, this.baseUrl), init).catch(explain);
    const body = await response.text().catch(explain);
    if (!response.ok) {
      throw new TwilioProblem(response.status, codeIn(body), retryAfter(response.headers.get('retry-after')));
    }
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body };
  }
}

function form(data: Readonly<Record<string, unknown>>): URLSearchParams {
  const fields = Object.entries(data).flatMap<[string, string]>(([name, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((each): [string, string] => [
      name,
      String(each),
    ]),
  );
  return new URLSearchParams(fields);
}

function codeIn(body: string): number | undefined {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return Number.isSafeInteger(code) ? (code as number) : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110: seconds; a date is as good as nothing said. Nobody is waited for longer than ten minutes. */
const retryAfter = (header: string | null): number | undefined =>
  header !== null && /^\d{1,6}$/.test(header) ? Math.min(Number(header), 600) * 1_000 : undefined;

function explain(error: unknown): never {
  const { cause } = error as { cause?: { code?: string } };
  throw new NoAnswer(before(cause?.code ?? ''));
}

/** Troubles that come before the first byte of a request. */
function before(code: string): NotTakenReason | undefined {
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'connection-refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'host-not-found';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'timed-out';
  return /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code) ? 'tls-failed' : undefined;
}
