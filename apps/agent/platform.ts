import { signatureHeaders, type Signer } from '#libs/directory/protocol/signed-request';

/** A request's time may be off by 60 s; the way takes a little. */
const toleratedMs = 30_000;

/** The platform said no, or nothing. `status` 0: nothing. */
export class PlatformRefused extends Error {
  override readonly name = 'PlatformRefused';

  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(status === 0 ? 'the platform cannot be reached' : `the platform answered ${status} ${code}`);
  }

  /** The same request will never be taken. */
  get final(): boolean {
    return this.status >= 400 && this.status < 500 && !passing.has(this.status);
  }
}

/** Not signed as it should be (a clock, a key), too slow, too early, too often. */
const passing: ReadonlySet<number> = new Set([401, 408, 425, 429]);

/** Our clock was off, so nothing was taken; it is right now, and what depends on the time is to be looked at first. */
export class ClockMoved extends Error {
  override readonly name = 'ClockMoved';
}

interface CallOptions {
  /** How long the platform may take to answer. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait before that; what may be left is not asked again when our clock was off. */
  readonly leave?: AbortSignal | undefined;
  /** Another than usual. */
  readonly signer?: Signer | undefined;
}

/** Keyturn's API as an agent sees it: HTTPS outwards, every request signed. */
export class Platform {
  /** Milliseconds the platform's clock is ahead of ours. */
  #ahead = 0;

  constructor(
    private readonly url: URL,
    private readonly signer: () => Signer | undefined,
  ) {}

  /**
   * Answers when the platform did; asks again by itself when all that was wrong was our clock.
   * @throws PlatformRefused, ClockMoved
   */
  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    { timeoutMs = 10_000, leave, signer = this.signer() }: CallOptions = {},
  ): Promise<unknown> {
    const before = this.#ahead;
    const send = () => this.#send(method, path, body, { timeoutMs, leave, signer });
    const first = await send();
    // Refused because our clock was off: now it is right, and the next signature is.
    const clockWasOff = first.status === 401 && Math.abs(this.#ahead - before) > toleratedMs;
    if (clockWasOff && leave) throw new ClockMoved();
    const { status, answer } = clockWasOff ? await send() : first;
    if (status < 200 || status > 299) throw new PlatformRefused(status, String(answer.code ?? 'unknown'));
    return answer;
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    { timeoutMs = 0, leave, signer }: CallOptions,
  ): Promise<{ status: number; answer: { now?: string; code?: string } }> {
    const bytes = body && Buffer.from(JSON.stringify(body));
    const full = `${this.url.pathname.replace(/\/$/, '')}${path}`;
    const created = Math.floor((Date.now() + this.#ahead) / 1000);
    const headers = {
      ...(bytes && { 'content-type': 'application/json' }),
      ...(signer && signatureHeaders({ method, path: full, body: bytes, created }, signer)),
    };
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetch(new URL(full, this.url), {
      method,
      headers,
      redirect: 'error',
      signal: leave ? AbortSignal.any([timeout, leave]) : timeout,
      ...(bytes && { body: bytes }),
    }).catch(() => {
      throw new PlatformRefused(0, 'unreachable');
    });
    const answer = (await response.json().catch(() => ({}))) as { now?: string; code?: string };
    if (typeof answer.now === 'string') this.#ahead = Date.parse(answer.now) - Date.now() || 0;
    return { status: response.status, answer };
  }

  /** The platform's time, as far as it told: deadlines are its. */
  now = (): Date => new Date(Date.now() + this.#ahead);
}
