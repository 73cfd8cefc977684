import { createHash, randomBytes } from 'node:crypto';
import { loadImage } from '@napi-rs/canvas';
import { drawAudio, sampleRate } from './audio.js';
import { DrawingCache } from './drawing-cache.js';
import { alphabet } from './glyphs.js';
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
