import { createHash, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { AdjustableClock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { alphabet } from './glyphs.js';
import { Captchas, type CaptchaMode } from './captchas.js';
import { migrateCaptchas } from './migrate-captchas.js';

describe('captchas', () => {
  const key = randomBytes(32);
  const source = 'source-1';
  let database: TestDatabase;
  let pool: pg.Pool;
  let clock: AdjustableClock;
  let captchas: Captchas;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 10 });
    await Promise.all([migrateCaptchas(pool), migrateCaptchas(pool), migrateCaptchas(pool)]);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(async () => {
    await pool.query('DELETE FROM captcha.questions');
    clock = new AdjustableClock();
    captchas = open();
  });
  afterEach(() => captchas.close());

  const open = (change = {}) => new Captchas({ pool, key, clock, inspectable: true, difficulty: 8, ...change });

  async function asked(mode: CaptchaMode = 'local') {
    const { captchaId } = await captchas.create({ mode, source });
    const answers = await captchas.peek(captchaId);
    return { captchaId, image: answers?.image ?? '', audio: answers?.audio ?? '' };
  }
  const answered = (captchaId: unknown, answer: unknown, mode: CaptchaMode = 'local') =>
    captchas.verify({ captchaId, answer, mode, source });

  it('passes the signs of the image and the digits of the sound', async () => {
    const [seen, heard] = [await asked(), await asked()];
    expect(await answered(seen.captchaId, seen.image)).toBe('passed');
    expect(await answered(heard.captchaId, heard.audio)).toBe('passed');
  });

  it.each([
    ['in lower case', (signs: string) => signs.toLowerCase()],
    ['in full width', (signs: string) => [...signs].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('')],
    ['with spaces', (signs: string) => ` ${[...signs].join(' ')}\u3000`],
    ['with dashes', (signs: string) => [...signs].join('-')],
  ])('passes an answer typed %s', async (_how, typed) => {
    const { captchaId, image } = await asked();
    expect(await answered(captchaId, typed(image))).toBe('passed');
  });

  it('draws only signs that people tell apart', async () => {
    for (let n = 0; n < 20; n++) {
      const { image, audio } = await asked();
      expect(image).toMatch(new RegExp(`^[${alphabet.join('')}]{6}$`));
      expect(audio).toMatch(/^\d{6}$/);
    }
    expect(alphabet.join('')).not.toMatch(/[0O1IL2Z5S8BUVP4F]/);
  });

  describe('R8: an answer counts once, for the request it was asked for, and nothing else counts', () => {
    it('guessing: a wrong answer fails and uses the captcha up', async () => {
      const { captchaId, image } = await asked();
      expect(await answered(captchaId, image === 'AAAAAA' ? 'CCCCCC' : 'AAAAAA')).toBe('failed');
      expect(await answered(captchaId, image)).toBe('failed');
    });

    it('replay: of ten right answers at once exactly one passes, and none afterwards', async () => {
      const { captchaId, image } = await asked();
      const elsewhere = open();
      const processes = [captchas, elsewhere];
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          processes[n % 2]!.verify({ captchaId, answer: image, mode: 'local', source }),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'passed')).toHaveLength(1);
      expect(await answered(captchaId, image)).toBe('failed');
    });

    it.each([[''], [' '], [undefined], [null], [0], [true], [[]], [['A']], [{}], [{ $gt: '' }], ['A'.repeat(65)]])(
      'empty or no string: %j fails',
      async (answer) => {
        const { captchaId } = await asked();
        expect(await answered(captchaId, answer)).toBe('failed');
      },
    );

    it('empty: fails even where no work is asked', async () => {
      const idle = open({ difficulty: 0 });
      const [work, none] = [
        await idle.create({ mode: 'proof-of-work', source }),
        await idle.create({ mode: 'proof-of-work', source }),
      ];
      expect(await idle.verify({ captchaId: none.captchaId, answer: '', mode: 'proof-of-work' })).toBe('failed');
      expect(await idle.verify({ captchaId: work.captchaId, answer: '0', mode: 'proof-of-work' })).toBe('passed');
    });

    it.each([[''], ['not-an-id'], [undefined], [{}], [[]], [randomUUID()], ["' OR 1=1 --"]])(
      'an unknown captcha: %j fails',
      async (captchaId) => expect(await answered(captchaId, 'AAAAAA')).toBe('failed'),
    );

    it('bound to the request: not from another source, not of another captcha, not of a cheaper mode', async () => {
      const [mine, other] = [await asked(), await asked()];
      expect(
        await captchas.verify({ captchaId: mine.captchaId, answer: mine.image, mode: 'local', source: 'other' }),
      ).toBe('failed');
      expect(await answered(other.captchaId, mine.image)).toBe('failed');
      const work = await captchas.create({ mode: 'proof-of-work', source });
      expect(await answered(work.captchaId, solved(work.challenge!, work.difficulty!), 'local')).toBe('failed');
      const off = await captchas.create({ mode: 'off', source });
      expect(await answered(off.captchaId, 'anything', 'local')).toBe('failed');
    });

    it('A9: fails closed when the database is away, the key is another or the row was changed', async () => {
      const { captchaId, image } = await asked();
      const unreachable = new pg.Pool({ connectionString: 'postgres://x:x@127.0.0.1:1/x' });
      expect(await open({ pool: unreachable }).verify({ captchaId, answer: image, mode: 'local', source })).toBe(
        'failed',
      );
      await unreachable.end();
      const [foreign, moved] = [await asked(), await asked()];
      expect(
        await open({ key: randomBytes(32) }).verify({
          captchaId: foreign.captchaId,
          answer: foreign.image,
          mode: 'local',
        }),
      ).toBe('failed');
      await pool.query(
        'UPDATE captcha.questions SET sealed = (SELECT sealed FROM captcha.questions WHERE captcha_id = $1) WHERE captcha_id = $2',
        [captchaId, moved.captchaId],
      );
      expect(await answered(moved.captchaId, image)).toBe('failed');
    });

    it('expires five minutes after it was made, by the clock it was given', async () => {
      const [justInTime, tooLate] = [await asked(), await asked()];
      clock.setOffset(5 * 60_000 - 5_000);
      expect(await answered(justInTime.captchaId, justInTime.image)).toBe('passed');
      clock.setOffset(5 * 60_000 + 1);
      expect(await answered(tooLate.captchaId, tooLate.image)).toBe('failed');
      expect(await captchas.image(tooLate.captchaId)).toBeUndefined();
    });
  });

  it('off asks nothing and passes everything', async () => {
    const { rows: before } = await pool.query('SELECT count(*) FROM captcha.questions');
    expect(await captchas.create({ mode: 'off', source })).toMatchObject({ mode: 'off' });
    expect((await pool.query('SELECT count(*) FROM captcha.questions')).rows).toEqual(before);
    expect(await answered(undefined, undefined, 'off')).toBe('passed');
  });

  it('proof of work passes the work done once, and no other', async () => {
    const [work, lazy] = [
      await captchas.create({ mode: 'proof-of-work', source }),
      await captchas.create({ mode: 'proof-of-work', source }),
    ];
    const answer = solved(work.challenge!, work.difficulty!);
    expect(await answered(work.captchaId, answer, 'proof-of-work')).toBe('passed');
    expect(await answered(work.captchaId, answer, 'proof-of-work')).toBe('failed');
    expect(await answered(lazy.captchaId, answer, 'proof-of-work')).toBe('failed');
    expect(await captchas.image(work.captchaId)).toBeUndefined();
  });

  it('draws the same image and the same sound again, here and in another process', async () => {
    const { captchaId } = await asked();
    const elsewhere = open();
    const [first, again, other] = [
      await captchas.image(captchaId),
      await captchas.image(captchaId),
      await elsewhere.image(captchaId),
    ];
    expect(first!.subarray(1, 4).toString()).toBe('PNG');
    expect(again!.equals(first!) && other!.equals(first!)).toBe(true);
    const [heard, heardAgain, heardElsewhere] = [
      await captchas.audio(captchaId, 'ja'),
      await captchas.audio(captchaId, 'ja'),
      await elsewhere.audio(captchaId, 'ja'),
    ];
    expect(heardAgain!.equals(heard!) && heardElsewhere!.equals(heard!)).toBe(true);
    expect((await captchas.audio(captchaId, 'en'))!.equals(heard!)).toBe(false);
    await elsewhere.close();
  }, 60_000);

  describe('of a repeated request', () => {
    const repeatable = () => ({ captchaId: randomUUID(), bodyMac: 'key:mac' });
    const image = (captchaId: string) => captchas.image(captchaId);

    it.each<CaptchaMode>(['local', 'proof-of-work', 'off'])('is the same one: %s', async (mode) => {
      const request = { mode, source, repeatable: repeatable() };
      const first = await captchas.create(request);
      clock.setOffset(60_000);
      const again = await captchas.create({ ...request, repeatable: { ...request.repeatable, bodyMac: 'key:other' } });
      expect(again).toEqual(first);
      expect(first).toMatchObject(request.repeatable);
    });

    it('is asked once, also when two processes are asked at once', async () => {
      const request = { mode: 'local' as const, source, repeatable: repeatable() };
      const { captchaId } = request.repeatable;
      const elsewhere = open();
      await Promise.all([captchas, elsewhere, captchas, elsewhere].map((one) => one.create(request)));
      expect(await elsewhere.peek(captchaId)).toEqual(await captchas.peek(captchaId));
      await elsewhere.close();
    });

    it('stays used up', async () => {
      const request = { mode: 'local' as const, source, repeatable: repeatable() };
      const { captchaId } = await captchas.create(request);
      const answer = (await captchas.peek(captchaId))!.image;
      expect(await answered(captchaId, answer)).toBe('passed');
      expect(await captchas.create(request)).toMatchObject({ captchaId });
      expect(await answered(captchaId, answer)).toBe('failed');
      expect(await image(captchaId)).toBeUndefined();
    });

    it('is another one when the first has expired, swept or not', async () => {
      const request = { mode: 'local' as const, source, repeatable: repeatable() };
      const { captchaId } = await captchas.create(request);
      const drawings = [await image(captchaId)];
      for (const minutes of [6, 12]) {
        clock.setOffset(minutes * 60_000);
        if (minutes === 12) await captchas.sweep();
        await captchas.create(request);
        drawings.push(await image(captchaId));
      }
      expect(new Set(drawings.map((drawing) => drawing!.toString('base64'))).size).toBe(3);
    });
  });

  it('keeps no answer in clear', async () => {
    const { captchaId, image, audio } = await asked();
    const { rows } = await pool.query('SELECT q::text AS row, sealed FROM captcha.questions q WHERE captcha_id = $1', [
      captchaId,
    ]);
    for (const secret of [image, audio, source]) {
      expect(rows[0].row).not.toContain(secret);
      expect(rows[0].sealed.includes(secret)).toBe(false);
    }
  });

  it('is looked into only where that was allowed', async () => {
    const { captchaId } = await asked();
    await expect(open({ inspectable: false }).peek(captchaId)).rejects.toThrow('simulated outside world');
  });

  it('sweeps what has expired', async () => {
    await asked();
    clock.setOffset(5 * 60_000 + 1);
    const { captchaId } = await asked();
    expect(await captchas.sweep()).toBeGreaterThan(0);
    expect((await pool.query('SELECT captcha_id FROM captcha.questions')).rows).toEqual([{ captcha_id: captchaId }]);
  });
});

function solved(challenge: string, difficulty: number): string {
  for (let n = 0; ; n++) {
    const hash = createHash('sha256').update(`${challenge}${n}`).digest();
    if (hash.readUInt32BE(0) >>> (32 - difficulty) === 0) return String(n);
  }
}
