import type { Pool } from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { openQuestion, sealQuestion, type Question } from './sealed-question.js';

/** Where questions lie until they expire. */
export class Questions {
  constructor(
    private readonly pool: Pool,
    private readonly key: Buffer,
    private readonly clock: Clock,
  ) {}

  /** @returns what was asked under this id: this question, unless there is another that has not expired */
  async ask(captchaId: string, question: Question, expiresAt: Date): Promise<{ question: Question; expiresAt: Date }> {
    const sealed = sealQuestion(this.key, captchaId, question);
    const { rowCount } = await this.pool.query({
      name: 'captcha-ask',
      text: `INSERT INTO captcha.questions (captcha_id, expires_at, sealed) VALUES ($1, $2, $3)
        ON CONFLICT (captcha_id) DO UPDATE SET expires_at = excluded.expires_at, sealed = excluded.sealed, used = false
        WHERE captcha.questions.expires_at <= $4`,
      values: [captchaId, expiresAt, sealed, this.clock.now()],
    });
    if (rowCount === 1) return { question, expiresAt };
    const { rows } = await this.pool.query<{ sealed: Buffer; expires_at: Date }>({
      name: 'captcha-asked',
      text: 'SELECT sealed, expires_at FROM captcha.questions WHERE captcha_id = $1',
      values: [captchaId],
    });
    const before = rows[0];
    // Swept away since: it has expired meanwhile.
    if (!before) return this.ask(captchaId, question, expiresAt);
    return { question: openQuestion(this.key, captchaId, before.sealed), expiresAt: before.expires_at };
  }

  /** The question, while nobody has answered it. */
  read(captchaId: string): Promise<Question | undefined> {
    return this.#find(
      'captcha-read',
      'SELECT sealed FROM captcha.questions WHERE captcha_id = $1 AND expires_at > $2 AND NOT used',
      captchaId,
    );
  }

  /** Marking is what makes it single: of two processes, only one gets the row. */
  take(captchaId: string): Promise<Question | undefined> {
    return this.#find(
      'captcha-take',
      `UPDATE captcha.questions SET used = true WHERE captcha_id = $1 AND expires_at > $2 AND NOT used RETURNING sealed`,
      captchaId,
    );
  }

  /** Deletes what has expired; answers how many. */
  async sweep(): Promise<number> {
    const { rowCount } = await this.pool.query({
      name: 'captcha-sweep',
      text: 'DELETE FROM captcha.questions WHERE expires_at <= $1',
      values: [this.clock.now()],
    });
    return rowCount ?? 0;
  }

  async #find(name: string, text: string, captchaId: string): Promise<Question | undefined> {
    if (!isUuid(captchaId)) return undefined;
    const values = [captchaId, this.clock.now()];
    const { rows } = await this.pool.query<{ sealed: Buffer }>({ name, text, values });
    return rows[0] && openQuestion(this.key, captchaId.toLowerCase(), rows[0].sealed);
  }
}

export const isUuid = (id: unknown): id is string =>
  typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
