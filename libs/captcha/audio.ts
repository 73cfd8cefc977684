import { between, seededRandom, type Random } from './seeded-random.js';
import type { Speech } from './speech.js';

export type AudioLanguage = 'en' | 'ja';

/** Samples a second of the finished sound: telephone quality and better, half of what the synthesizer gives. */
export const sampleRate = 11_025;

/**
 * Speaks `digits` with pauses, in a voice of its own each time, under noise; a WAV file (mono, 16 bit, about 7 s and
 * 150 kB for six digits). The same seed gives the same bytes.
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
  const speed = Math.round(between(random, 100, 118));
  const voiceOnly = halve(samplesOf(await speech.speak({ text, voice, pitch, speed })));
  return wavOf(underNoise(unhurried(voiceOnly, random), random));
}

const names: Record<AudioLanguage, readonly string[]> = {
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  ja: ['ゼロ', 'いち', 'に', 'さん', 'よん', 'ご', 'ろく', 'なな', 'はち', 'きゅう'],
};
const pauses: Record<AudioLanguage, string> = { en: ' . . ', ja: '。。' };

/** Noise alone before and after; hiss, rumble and a wandering hum throughout, about 14 dB under the voice. */
function underNoise(voice: Float32Array, random: Random): Float32Array {
  const lead = Math.round(sampleRate * between(random, 0.3, 0.7));
  const sound = new Float32Array(voice.length + 2 * lead);
  const loud = 0.26 / loudness(voice);
  let rumble = 0;
  let hum = 0;
  let pace = between(random, 90, 220);
  for (let n = 0; n < sound.length; n++) {
    if (n % 2048 === 0) pace = Math.min(400, Math.max(80, pace * between(random, 0.85, 1.18)));
    hum += (2 * Math.PI * pace) / sampleRate;
    rumble = rumble * 0.97 + (random() - 0.5) * 0.08;
    const noise = (random() - 0.5) * 0.09 + rumble * 0.4 + Math.sin(hum) * 0.02;
    const spoken = n >= lead && n < lead + voice.length ? Math.tanh(voice[n - lead]! * loud) : 0;
    sound[n] = 0.85 * (noise + spoken);
  }
  return sound;
}

/** Lengthens every pause between words, so that one can type along; shorter silences belong to words. */
function unhurried(voice: Float32Array, random: Random): Float32Array {
  const pause = Math.round(sampleRate * 0.16);
  const pieces: Float32Array[] = [];
  let [start, silent] = [0, 0];
  for (let n = 0; n < voice.length; n++) {
    silent = Math.abs(voice[n]!) < 0.004 ? silent + 1 : 0;
    if (silent !== pause) continue;
    pieces.push(voice.subarray(start, n), new Float32Array(Math.round(sampleRate * between(random, 0.25, 0.5))));
    start = n;
  }
  pieces.push(voice.subarray(start));
  const slower = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => (slower.set(piece, at), at + piece.length), 0);
  return slower;
}

/** Root mean square of what is not silence. */
function loudness(samples: Float32Array): number {
  let [sum, count] = [0, 1];
  for (const sample of samples) {
    if (Math.abs(sample) < 0.01) continue;
    sum += sample * sample;
    count++;
  }
  return Math.sqrt(sum / count) || 1;
}

/** The samples of the synthesizer's WAV: 44 bytes of header, then 16 bits each. */
function samplesOf(wav: Uint8Array): Float32Array {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const samples = new Float32Array(Math.max(0, (wav.byteLength - 44) >> 1));
  for (let n = 0; n < samples.length; n++) samples[n] = view.getInt16(44 + 2 * n, true) / 32768;
  return samples;
}

/** Half the sample rate, with a short low pass so that hisses do not fold back into the voice. */
function halve(samples: Float32Array): Float32Array {
  const half = new Float32Array(Math.max(0, (samples.length >> 1) - 4));
  for (let n = 0; n < half.length; n++) {
    const m = 2 * n + 4;
    const [near, far] = [samples[m - 1]! + samples[m + 1]!, samples[m - 3]! + samples[m + 3]!];
    half[n] = 0.5 * samples[m]! + 0.28 * near - 0.03 * far;
  }
  return half;
}

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
  const view = new DataView(wav.buffer, wav.byteOffset, wav.length);
  for (let n = 0; n < samples.length; n++) {
    view.setInt16(44 + 2 * n, Math.round(Math.max(-1, Math.min(1, samples[n]!)) * 32767), true);
  }
  return wav;
}
