import { signatureHeaders, type Signer } from '#libs/directory/protocol/signed-request';

/** The platform said no, or nothing. `status` 0: nothing. */
export class PlatformRefused extends Error {
  override readonly name = 'PlatformRefused';

  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(status === 0 ? 'the platform cannot be reached' : `the platform answered ${status} ${code}`);
  }
}

/** Keyturn's API as an agent sees it: HTTPS outwards, every request signed. */
export class Platform {
  /** Milliseconds the platform's clock is ahead of ours. */
  #ahead = 0;

  constructor(
    private readonly url: URL,
    private readonly signer: () => Signer | undefined,
  ) {}

  /** @param timeoutMs how long the platform may take to answer */
  async call(method: 'GET' | 'POST', path: string, body?: object, timeoutMs = 10_000): Promise<unknown> {
    const bytes = body && Buffer.from(JSON.stringify(body));
    const signer = this.signer();
    const full = `${this.url.pathname.replace(/\/$/, '')}${path}`;
    const created = Math.floor((Date.now() + this.#ahead) / 1000);
    const headers = {
      ...(bytes && { 'content-type': 'application/json' }),
      ...(signer && signatureHeaders({ method, path: full, body: bytes, created }, signer)),
    };
    const response = await fetch(new URL(full, this.url), {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(bytes && { body: bytes }),
    }).catch(() => {
      throw new PlatformRefused(0, 'unreachable');
    });
    const answer = (await response.json().catch(() => ({}))) as { now?: string; code?: string };
    if (typeof answer.now === 'string') this.#ahead = Date.parse(answer.now) - Date.now() || 0;
    if (!response.ok) throw new PlatformRefused(response.status, String(answer.code ?? 'unknown'));
    return answer;
  }

  /** The platform's time, as far as it told: deadlines are its. */
  now = (): Date => new Date(Date.now() + this.#ahead);
}
