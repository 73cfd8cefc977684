import { parentPort } from 'node:worker_threads';
import type { SpeechRequest, SpokenText } from './speech.js';

// This file runs as it stands, from its source too, so it imports nothing of ours but types. The synthesizer belongs in
// a thread of its own: it computes for about 50 ms at a stretch and puts handlers for uncaught errors on `process`.

interface Program {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(source: object, imports: object): Promise<object>;
  instantiateStreaming?: unknown;
}
const program = Reflect.get(globalThis, 'WebAssembly') as Program;

// The synthesizer starts its program anew for each text. It is compiled once here, and read from the file at once
// instead of after failing, aloud, to fetch it.
const { compile, instantiate } = program;
let compiled: Promise<object> | undefined;
program.instantiateStreaming = undefined;
program.instantiate = async (bytes, imports) => {
  compiled ??= compile(bytes as Uint8Array);
  return { instance: await instantiate(await compiled, imports) };
};
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
