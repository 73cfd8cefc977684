import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { HasherBusy } from './errors.js';

/** argon2id as OWASP's Password Storage Cheat Sheet asks for at least: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface HasherOptions {
  /** Hashes computed at once, 19 MiB and one thread each. */
  concurrency?: number;
  /** Hashes waiting beyond those; one more is refused. */
  queue?: number;
}

/** Hashes passwords on threads of their own, so many at once and so many waiting, never more. */
export class PasswordHasher {
  #running = 0;
  #waiting: (() => void)[] = [];
  readonly #concurrency: number;
  readonly #queue: number;

  constructor({ concurrency = spareThreads(), queue = 64 }: HasherOptions = {}) {
    this.#concurrency = concurrency;
    this.#queue = queue;
  }

  /** @returns a PHC string with its own salt. @throws HasherBusy; RangeError for a password no policy allows */
  async hash(password: string): Promise<string> {
    const usable = normalised(password);
    if (usable === undefined) throw new RangeError('the password is too long or has broken characters');
    return this.#inTurn(() => hash(usable, cost));
  }

  /**
   * @param stored a PHC string, or `undefined` where there is none: the same work, then `false`
   * @throws HasherBusy
   */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const usable = normalised(password);
    const matches = await this.#inTurn(() => verify(stored ?? dummy, usable ?? ''));
    return matches && stored !== undefined && usable !== undefined;
  }

  /** For whoever counts a try before it is compared: what would not be compared anyway is not to count. @throws HasherBusy */
  refuseWhenFull(): void {
    if (this.#running >= this.#concurrency && this.#waiting.length >= this.#queue) throw new HasherBusy();
  }

  stats(): { waiting: number; running: number } {
    return { waiting: this.#waiting.length, running: this.#running };
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhenFull();
    if (this.#running < this.#concurrency) this.#running++;
    else await new Promise<void>((start) => this.#waiting.push(start));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** Bounds the work before it starts; 256 characters in any script and composition are far below. */
const longestBytes = 4096;

/** NFC, as everywhere a password is compared; `undefined` when it cannot be anybody's password. */
function normalised(password: string): string | undefined {
  if (password.length > longestBytes || !password.isWellFormed()) return undefined;
  const composed = password.normalize('NFC');
  return Buffer.byteLength(composed) > longestBytes ? undefined : composed;
}

/** A well-formed hash of nothing anybody knows, of the same cost as a real one. */
const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');
const dummy = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${base64(16)}$${base64(32)}`;

/** A thread per core, but one of Node's pool (four unless set) is left to name look-ups and files. */
const spareThreads = (): number =>
  Math.max(1, Math.min(availableParallelism(), (Number(process.env.UV_THREADPOOL_SIZE) || 4) - 1));
