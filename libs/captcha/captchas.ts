import { createHash, randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { drawAudio, type AudioLanguage } from './audio.js';
import { DrawingCache } from './drawing-cache.js';
import { alphabet } from './glyphs.js';
import { drawImage } from './image.js';
import { isWorkDone } from './proof-of-work.js';
import { isUuid, Questions } from './questions.js';
import type { LocalQuestion, NoQuestion, Question, WorkQuestion } from './sealed-question.js';
import { Speech } from './speech.js';

export type CaptchaMode = 'local' | 'proof-of-work' | 'off';

export interface CreatedCaptcha {
  captchaId: string;
  mode: CaptchaMode;
  /** proof of work only */
  challenge?: string;
  /** proof of work only: leading zero bits */
  difficulty?: number;
  expiresAt: Date;
}

export interface CaptchaRequest {
  mode: CaptchaMode;
  source: string;
  /** A request that may be repeated: its id, which becomes the captcha's, and what tells its body from another one. */
  repeatable?: { captchaId: string; bodyMac: string };
}

export interface CaptchaAnswer {
  captchaId: unknown;
  answer: unknown;
  /** What the policy asks of this request. A captcha of another mode does not pass; `off` passes everything. */
  mode: CaptchaMode;
  /** Must be the source the captcha was made for, when given. */
  source?: string;
}

export interface CaptchasOptions {
  /** After `migrateCaptchas`. */
  pool: Pool;
  /** 32 bytes, the same in every process. */
  key: Buffer;
  clock: Clock;
  /** Leading zero bits; 18 takes a browser about half a second. */
  difficulty?: number;
  /** Allows `peek`: for the simulated outside world and never elsewhere. */
  inspectable?: boolean;
}

const lifetimeMs = 5 * 60_000;

/**
 * Questions that machines find harder than people do. They live in PostgreSQL, so any process can check what another
 * one asked; each passes or fails once.
 */
export class Captchas {
  readonly #options: Required<CaptchasOptions>;
  readonly #questions: Questions;
  readonly #speech = new Speech();
  readonly #drawings = new DrawingCache(8 * 1024 * 1024);

  constructor(options: CaptchasOptions) {
    if (options.key.length !== 32) throw new RangeError('the captcha key must have 32 bytes');
    this.#options = { difficulty: 18, inspectable: false, ...options };
    this.#questions = new Questions(options.pool, options.key, options.clock);
  }

  /** @returns for a repeated request, within the captcha's life, that captcha and the `bodyMac` it was asked for with */
  async create({ mode, source, repeatable }: CaptchaRequest): Promise<CreatedCaptcha & { bodyMac?: string }> {
    const captchaId = repeatable?.captchaId ?? randomUUID();
    const expiresAt = new Date(this.#options.clock.now().getTime() + lifetimeMs);
    if (mode === 'off' && !repeatable) return { captchaId, mode, expiresAt };
    const wanted = { ...this.#question(mode), source, ...(repeatable && { bodyMac: repeatable.bodyMac }) };
    const asked = await this.#questions.ask(captchaId, wanted, expiresAt);
    return { captchaId, ...shownOf(asked.question), expiresAt: asked.expiresAt };
  }

  /** PNG; `undefined` when there is no such local captcha any more. */
  image(captchaId: string): Promise<Buffer | undefined> {
    return this.#draw(captchaId, 'image', ({ signs, seed }) => drawImage(signs, seedFor(seed, 'image')));
  }

  /** WAV; `undefined` as above. Throws `SpeechBusy` when too many are being made. */
  audio(captchaId: string, language: AudioLanguage): Promise<Buffer | undefined> {
    return this.#draw(captchaId, language, ({ digits, seed }) =>
      drawAudio(this.#speech, digits, language, seedFor(seed, language)),
    );
  }

  /**
   * Uses the captcha up, whatever the outcome: of any number of answers to one captcha, only the first to arrive is
   * looked at. Whatever goes wrong on the way is a failure.
   */
  async verify({ captchaId, answer, mode, source }: CaptchaAnswer): Promise<'passed' | 'failed'> {
    if (mode === 'off') return 'passed';
    if (!isUuid(captchaId) || typeof answer !== 'string' || answer === '' || answer.length > 64) return 'failed';
    try {
      const question = await this.#questions.take(captchaId);
      if (question?.mode !== mode || (source !== undefined && source !== question.source)) return 'failed';
      return isRight(question, answer) ? 'passed' : 'failed';
    } catch {
      return 'failed';
    }
  }

  /** The right answers, without using the captcha up. */
  async peek(captchaId: string): Promise<{ image: string; audio: string } | undefined> {
    if (!this.#options.inspectable) throw new Error('captchas can be looked into only in the simulated outside world');
    const question = await this.#questions.read(captchaId);
    return question?.mode === 'local' ? { image: question.signs, audio: question.digits } : undefined;
  }

  /** Deletes expired questions; answers how many. */
  sweep(): Promise<number> {
    return this.#questions.sweep();
  }

  close(): Promise<void> {
    return this.#speech.close();
  }

  #question(mode: CaptchaMode): Unasked {
    if (mode === 'off') return { mode };
    if (mode === 'local') return localQuestion();
    return { mode, challenge: randomBytes(16).toString('base64url'), difficulty: this.#options.difficulty };
  }

  async #draw(
    captchaId: string,
    kind: string,
    draw: (question: LocalQuestion) => Promise<Buffer>,
  ): Promise<Buffer | undefined> {
    const question = await this.#questions.read(captchaId);
    if (question?.mode !== 'local') return undefined;
    return this.#drawings.get(`${question.seed} ${kind}`, () => draw(question));
  }
}

type Unasked = Omit<LocalQuestion, 'source'> | Omit<WorkQuestion, 'source'> | Omit<NoQuestion, 'source'>;

function localQuestion(): Omit<LocalQuestion, 'source'> {
  const signs = Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('');
  const digits = Array.from({ length: 6 }, () => randomInt(10)).join('');
  return { mode: 'local', signs, digits, seed: randomBytes(16).toString('base64') };
}

/** What whoever asked may see of it. */
function shownOf(question: Question) {
  const { mode, bodyMac } = question;
  const work = question.mode === 'proof-of-work' && { challenge: question.challenge, difficulty: question.difficulty };
  return { mode, ...work, ...(bodyMac !== undefined && { bodyMac }) };
}

/** Whoever can see reads the signs, whoever can hear the digits; either answer is right. */
function isRight(question: Question, answer: string): boolean {
  if (question.mode === 'off') return false;
  if (question.mode === 'proof-of-work') return isWorkDone(question.challenge, answer, question.difficulty);
  const typed = normalised(answer);
  const [image, audio] = [isSame(typed, question.signs), isSame(typed, question.digits)];
  return image || audio;
}

/** As typed on any keyboard: full width, lower case, with spaces or dashes, and with signs that we never draw. */
function normalised(answer: string): string {
  const plain = answer
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}.,、。]/gu, '');
  return /^\d*$/.test(plain) ? plain : plain.replace(/[PFZ4]/g, (sign) => mistaken[sign]!);
}
const mistaken: Record<string, string> = { P: 'R', F: 'E', Z: '7', '4': 'A' };

const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const seedFor = (seed: string, kind: string): Buffer => createHash('sha256').update(`${kind} ${seed}`).digest();
