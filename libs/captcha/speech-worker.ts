import { parentPort } from 'node:worker_threads';
import type { SpeechRequest, SpokenText } from './speech.js';

// This file runs as it stands, from its source too, so it imports nothing of ours but types. The synthesizer belongs in
// a thread of its own: it computes for about 100 ms at a stretch and puts handlers for uncaught errors on `process`.

// Without it the synthesizer loads its program from the file at once, instead of failing to fetch it first, aloud.
Reflect.set(Reflect.get(globalThis, 'WebAssembly') as object, 'instantiateStreaming', undefined);
const { default: text2wav } = await import('text2wav');

parentPort!.on('message', ({ id, text, voice, pitch, speed }: SpeechRequest) => {
  void speak(text, { voice, pitch, speed }).then(
    (wav) => parentPort!.postMessage({ id, wav } satisfies SpokenText, [wav.buffer as ArrayBuffer]),
    () => parentPort!.postMessage({ id } satisfies SpokenText),
  );
});

async function speak(text: string, options: { voice: string; pitch: number; speed: number }): Promise<Uint8Array> {
  const wav = await text2wav(text, { ...options, noFinalPause: true });
  process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection');
  return Uint8Array.from(wav);
}
