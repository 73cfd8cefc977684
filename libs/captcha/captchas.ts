import { createHash, randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { drawAudio, type AudioLanguage } from './audio.js';
import { DrawingCache } from './drawing-cache.js';
import { alphabet } from './glyphs.js';
import { drawImage } from './image.js';
import { isWorkDone } from './proof-of-work.js';
import { openQuestion, sealQuestion, type LocalQuestion, type Question } from './sealed-question.js';
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
  readonly #speech = new Speech();
  readonly #drawings = new DrawingCache(8 * 1024 * 1024);

  constructor(options: CaptchasOptions) {
    if (options.key.length !== 32) throw new RangeError('the captcha key must have 32 bytes');
    this.#options = { difficulty: 18, inspectable: false, ...options };
  }

  async create({ mode, source }: { mode: CaptchaMode; source: string }): Promise<CreatedCaptcha> {
    const captchaId = randomUUID();
    const expiresAt = new Date(this.#options.clock.now().getTime() + lifetimeMs);
    if (mode === 'off') return { captchaId, mode, expiresAt };
    const question: Question = mode === 'local' ? localQuestion(source) : this.#workQuestion(source);
    await this.#options.pool.query({
      name: 'captcha-create',
      text: 'INSERT INTO captcha.questions (captcha_id, expires_at, sealed) VALUES ($1, $2, $3)',
      values: [captchaId, expiresAt, sealQuestion(this.#options.key, captchaId, question)],
    });
    if (question.mode === 'local') return { captchaId, mode, expiresAt };
    return { captchaId, mode, challenge: question.challenge, difficulty: question.difficulty, expiresAt };
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
      const question = await this.#take(captchaId);
      if (question?.mode !== mode || (source !== undefined && source !== question.source)) return 'failed';
      return isRight(question, answer) ? 'passed' : 'failed';
    } catch {
      return 'failed';
    }
  }

  /** The right answers, without using the captcha up. */
  async peek(captchaId: string): Promise<{ image: string; audio: string } | undefined> {
    if (!this.#options.inspectable) throw new Error('captchas can be looked into only in the simulated outside world');
    const question = await this.#read(captchaId);
    return question?.mode === 'local' ? { image: question.signs, audio: question.digits } : undefined;
  }

  /** Deletes expired questions; answers how many. */
  async sweep(): Promise<number> {
    const { rowCount } = await this.#options.pool.query({
      name: 'captcha-sweep',
      text: 'DELETE FROM captcha.questions WHERE expires_at <= $1',
      values: [this.#options.clock.now()],
    });
    return rowCount ?? 0;
  }

  close(): Promise<void> {
    return this.#speech.close();
  }

  #workQuestion(source: string): Question {
    const challenge = randomBytes(16).toString('base64url');
    return { mode: 'proof-of-work', source, challenge, difficulty: this.#options.difficulty };
  }

  async #draw(
    captchaId: string,
    kind: string,
    draw: (question: LocalQuestion) => Promise<Buffer>,
  ): Promise<Buffer | undefined> {
    const question = await this.#read(captchaId);
    if (question?.mode !== 'local') return undefined;
    return this.#drawings.get(`${captchaId} ${kind}`, () => draw(question));
  }

  #read(captchaId: string): Promise<Question | undefined> {
    return this.#query(
      'captcha-read',
      'SELECT sealed FROM captcha.questions WHERE captcha_id = $1 AND expires_at > $2',
      captchaId,
    );
  }

  /** Deleting is what makes it single: of two processes, only one gets the row. */
  #take(captchaId: string): Promise<Question | undefined> {
    return this.#query(
      'captcha-take',
      'DELETE FROM captcha.questions WHERE captcha_id = $1 AND expires_at > $2 RETURNING sealed',
      captchaId,
    );
  }

  async #query(name: string, text: string, captchaId: string): Promise<Question | undefined> {
    if (!isUuid(captchaId)) return undefined;
    const { pool, key, clock } = this.#options;
    const { rows } = await pool.query<{ sealed: Buffer }>({ name, text, values: [captchaId, clock.now()] });
    return rows[0] && openQuestion(key, captchaId.toLowerCase(), rows[0].sealed);
  }
}

function localQuestion(source: string): LocalQuestion {
  const signs = Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('');
  const digits = Array.from({ length: 6 }, () => randomInt(10)).join('');
  return { mode: 'local', source, signs, digits, seed: randomBytes(16).toString('base64') };
}

/** Whoever can see reads the signs, whoever can hear the digits; either answer is right. */
function isRight(question: Question, answer: string): boolean {
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
const isUuid = (id: unknown): id is string =>
  typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
