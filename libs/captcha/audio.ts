import { between, seededRandom, type Random } from './seeded-random.js';
import type { Speech } from './speech.js';

export type AudioLanguage = 'en' | 'ja';

/** Samples a second of the finished sound: telephone quality and better, half of what the synthesizer gives. */
export const sampleRate = 11_025;

/**
 * Speaks `digits` with pauses, in a voice of its own each time, under noise; a WAV file (mono, 16 bit, about 9 s and
 * 200 kB for six digits). The same seed gives the same bytes.
 */
export async function drawAudio(
  speech: Speech,
  digits: string,
  language: AudioLanguage,
  seed: Buffer,
): Promise<Buffer> {
  const random = seededRandom(seed);
  const text = [...digits].map((digit) => names[language][Number(digit)]).join(pauses[language]);
  const variants = ['', '+m3', '+m5', '+m7', '+f2', '+f4'];
  const voice = language + variants[Math.floor(random() * variants.length)];
  const pitch = Math.round(between(random, 38, 58));
  const speed = Math.round(between(random, 105, 125));
  const voiceOnly = halve(samplesOf(await speech.speak({ text, voice, pitch, speed })));
  return wavOf(underNoise(voiceOnly, random));
}

const names: Record<AudioLanguage, readonly string[]> = {
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  ja: ['ゼロ', 'いち', 'に', 'さん', 'よん', 'ご', 'ろく', 'なな', 'はち', 'きゅう'],
};
const pauses: Record<AudioLanguage, string> = { en: ' . . ', ja: '。。' };

/** Half a second of noise before and after, hiss and a wandering hum throughout, about 12 dB under the voice. */
function underNoise(voice: Float32Array, random: Random): Float32Array {
  const lead = Math.round(sampleRate * between(random, 0.3, 0.7));
  const sound = new Float32Array(voice.length + 2 * lead);
  const loud = 0.6 / Math.max(0.01, peakOf(voice));
  let brown = 0;
  let hum = 0;
  let pace = between(random, 90, 220);
  for (let n = 0; n < sound.length; n++) {
    if (n % 2048 === 0) pace = Math.min(400, Math.max(80, pace * between(random, 0.85, 1.18)));
    hum += (2 * Math.PI * pace) / sampleRate;
    brown = brown * 0.97 + (random() - 0.5) * 0.08;
    const noise = (random() - 0.5) * 0.09 + brown * 0.5 + Math.sin(hum) * 0.03;
    sound[n] = noise + (voice[n - lead] ?? 0) * loud;
  }
  return sound;
}

/** The samples of the synthesizer's WAV: 44 bytes of header, then 16 bits each. */
function samplesOf(wav: Uint8Array): Float32Array {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  return Float32Array.from({ length: (wav.byteLength - 44) >> 1 }, (_, n) => view.getInt16(44 + 2 * n, true) / 32768);
}

/** Half the sample rate, with a short low pass so that hisses do not fold back into the voice. */
function halve(samples: Float32Array): Float32Array {
  const at = (n: number): number => samples[n] ?? 0;
  return Float32Array.from({ length: samples.length >> 1 }, (_, n) => {
    const m = 2 * n;
    return 0.5 * at(m) + 0.28 * (at(m - 1) + at(m + 1)) - 0.03 * (at(m - 3) + at(m + 3));
  });
}

const peakOf = (samples: Float32Array): number => samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);

function wavOf(samples: Float32Array): Buffer {
  const wav = Buffer.alloc(44 + samples.length * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // mono
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, n) => wav.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32767), 44 + 2 * n));
  return wav;
}
