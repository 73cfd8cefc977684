import { createHash, randomBytes } from 'node:crypto';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { drawAudio, sampleRate } from './audio.js';
import { DrawingCache } from './drawing-cache.js';
import { alphabet, strokesOf } from './glyphs.js';
import { drawImage, imageSize } from './image.js';
import { isWorkDone } from './proof-of-work.js';
import { Speech, SpeechBusy } from './speech.js';

const sha = (data: Buffer) => createHash('sha256').update(data).digest('hex');

describe('the image', () => {
  it('has its size, in few bytes, with every sign', async () => {
    for (let n = 0; n < alphabet.length; n += 6) {
      const png = await drawImage(alphabet.slice(n, n + 6).join(''), randomBytes(32));
      expect(await loadImage(png)).toMatchObject(imageSize);
      expect(png.length).toBeLessThan(60_000);
    }
  });

  it('depends on the text and on the seed, and on nothing else', async () => {
    const [seed, other] = [randomBytes(32), randomBytes(32)];
    const once = sha(await drawImage('ACEHJK', seed));
    expect(sha(await drawImage('ACEHJK', seed))).toBe(once);
    expect(sha(await drawImage('ACEHJM', seed))).not.toBe(once);
    expect(sha(await drawImage('ACEHJK', other))).not.toBe(once);
  });
});

describe('what a program would have to get past in the image', () => {
  type Mask = boolean[];
  const { width, height } = imageSize;
  const samples = Array.from({ length: 5 }, (_, n) => alphabet.slice(n, n + 6).join(''));

  /** The ink of a drawing: what is dark, in a picture of pale ground and specks. */
  async function inkOf(png: Buffer): Promise<Mask> {
    const context = createCanvas(width, height).getContext('2d');
    context.drawImage(await loadImage(png), 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, n) => data[4 * n]! + data[4 * n + 1]! + data[4 * n + 2]! < 300);
  }

  /** The same text as a typesetter would put it: upright, on a line, in even steps. */
  function setStraight(text: string): Mask {
    const context = createCanvas(width, height).getContext('2d');
    context.lineWidth = 8.5;
    const step = (width - 52) / text.length;
    for (const [n, sign] of [...text].entries()) {
      for (const stroke of strokesOf(sign)) {
        context.beginPath();
        for (const [x, y] of stroke) {
          context.lineTo(26 + (n + 0.5 + (x - 0.5) * 0.69) * step, height / 2 + (y - 0.5) * 85);
        }
        context.stroke();
      }
    }
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, n) => data[4 * n + 3]! > 127);
  }

  /** Of all ink in either, how much is in both: 1 for the same picture. */
  function overlap(one: Mask, other: Mask): number {
    const either = one.filter((ink, n) => ink || other[n]).length;
    return one.filter((ink, n) => ink && other[n]).length / either;
  }
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const drawn = async (text: string) => inkOf(await drawImage(text, randomBytes(32)));

  it('signs do not lie where type would, nor where they lay the last time', async () => {
    expect(overlap(setStraight('ACEHJK'), setStraight('ACEHJK'))).toBe(1);
    const pairs = await Promise.all(samples.map(async (text) => [text, await drawn(text), await drawn(text)] as const));
    const typeset = mean(pairs.map(([text, one]) => overlap(one, setStraight(text))));
    const again = mean(pairs.map(([, one, other]) => overlap(one, other)));
    expect(typeset).toBeLessThan(0.35);
    expect(again).toBeLessThan(0.35);
  });

  it('no gap shows where one sign ends and the next begins', async () => {
    for (const text of samples.slice(0, 3)) {
      const inked = new Set((await drawn(text)).flatMap((dark, n) => (dark ? n % width : [])));
      expect(inked.size).toBeGreaterThan(0.95 * width);
    }
  });
});

// synthesizing takes a tenth of a second of processor time, and waits for its turn on a busy machine
describe('the sound', () => {
  let speech: Speech;
  beforeEach(() => (speech = new Speech()));
  afterEach(() => speech.close());

  it.each(['en', 'ja'] as const)(
    'speaks six digits in %s within a sensible time',
    async (language) => {
      const wav = await drawAudio(speech, '073519', language, randomBytes(32));
      expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
      expect(wav.readUInt32LE(24)).toBe(sampleRate);
      expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
      const seconds = (wav.length - 44) / 2 / sampleRate;
      expect(seconds).toBeGreaterThan(4);
      expect(seconds).toBeLessThan(16);
    },
    60_000,
  );

  it('is nowhere still: noise lies before, between and after the words', async () => {
    const wav = await drawAudio(speech, '073519', 'en', randomBytes(32));
    const samples = Array.from({ length: (wav.length - 44) / 2 }, (_, n) => wav.readInt16LE(44 + 2 * n) / 32_768);
    const piece = Math.round(sampleRate / 20);
    const loudness = Array.from({ length: Math.floor(samples.length / piece) }, (_, n) =>
      Math.sqrt(samples.slice(n * piece, (n + 1) * piece).reduce((sum, sample) => sum + sample ** 2, 0) / piece),
    ).sort((a, b) => a - b);
    const at = (share: number): number => loudness[Math.floor(share * (loudness.length - 1))]!;
    // Between the words as well as around them; and the words are heard above it.
    expect(at(0)).toBeGreaterThan(0.015);
    expect(at(0.9)).toBeGreaterThan(3 * at(0.1));
  }, 60_000);

  it('differs for other digits', async () => {
    const seed = randomBytes(32);
    const [one, two] = [await drawAudio(speech, '123456', 'en', seed), await drawAudio(speech, '123457', 'en', seed)];
    expect(sha(one)).not.toBe(sha(two));
  }, 60_000);

  it('turns people away when too many wait, and works on afterwards', async () => {
    const busy = new Speech({ waiting: 2 });
    const text = { text: 'one', voice: 'en', pitch: 50, speed: 120 };
    const accepted = [busy.speak(text), busy.speak(text), busy.speak(text)];
    await expect(busy.speak(text)).rejects.toThrow(SpeechBusy);
    expect(await Promise.all(accepted)).toHaveLength(3);
    expect((await busy.speak(text)).length).toBeGreaterThan(1_000);
    await busy.close();
  }, 60_000);

  it('starts again after its thread has rested', async () => {
    const rested = new Speech({ idleMs: 1 });
    const text = { text: 'one', voice: 'en', pitch: 50, speed: 120 };
    const first = await rested.speak(text);
    while (rested.running) await new Promise((done) => setImmediate(done));
    expect((await rested.speak(text)).length).toBe(first.length);
    await rested.close();
  }, 60_000);
});

describe('the cache of drawings', () => {
  it('makes a drawing once for all who ask at once', async () => {
    const cache = new DrawingCache(100);
    let drawn = 0;
    const draw = async () => Buffer.from([++drawn]);
    expect(await Promise.all([cache.get('a', draw), cache.get('a', draw)])).toEqual([
      Buffer.from([1]),
      Buffer.from([1]),
    ]);
    expect(await cache.get('a', draw)).toEqual(Buffer.from([1]));
  });

  it('drops the oldest beyond its bytes and forgets failures', async () => {
    const cache = new DrawingCache(100);
    const drawn: string[] = [];
    const draw = (name: string) => () => Promise.resolve(Buffer.alloc(60, drawn.push(name)));
    await cache.get('a', draw('a'));
    await cache.get('b', draw('b'));
    await cache.get('b', draw('b'));
    await cache.get('a', draw('a'));
    expect(drawn).toEqual(['a', 'b', 'a']);
    await expect(cache.get('c', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await cache.get('c', draw('c'));
    expect(drawn.at(-1)).toBe('c');
  });
});

describe('proof of work', () => {
  // FIPS 180-2: SHA-256("abc") = ba7816bf…, without a leading zero bit
  const answer = Array.from({ length: 5_000 }, (_, n) => String(n)).find(
    (n) => createHash('sha256').update(`abc${n}`).digest()[0] === 0,
  )!;

  it('counts leading zero bits of SHA-256 over challenge and answer', () => {
    expect(isWorkDone('abc', answer, 8)).toBe(true);
    expect(isWorkDone('abc', '', 1)).toBe(false);
    expect(isWorkDone('abc', answer, 200)).toBe(false);
    expect(isWorkDone('ab', `c${answer}`, 8)).toBe(true);
  });

  it('does not hash answers of any length', () => expect(isWorkDone('abc', '0'.repeat(65), 0)).toBe(false));
});
