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
    const asked = { wall: Date.now(), steady: performance.now() };
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
    // A machine that was suspended shows it by one of the two clocks.
    const tookMs = Math.max(Date.now() - asked.wall, performance.now() - asked.steady);
    if (typeof answer.now === 'string') this.#learn(Date.parse(answer.now), tookMs);
    return { status: response.status, answer };
  }

  /**
   * The platform's time is from when it answered, and an answer may have lain about since, while this process was stopped:
   * taken for the present, it would move every deadline by as long. It bounds how far the clocks are apart, both ways.
   */
  #learn(told: number, tookMs: number): void {
    if (Number.isNaN(told)) return;
    const least = told - Date.now();
    this.#ahead = Math.min(Math.max(this.#ahead, least), least + tookMs);
  }

  /** The platform's time, as far as it told: deadlines are its. */
  now = (): Date => new Date(Date.now() + this.#ahead);
}
