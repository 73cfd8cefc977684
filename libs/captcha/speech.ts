import { Worker } from 'node:worker_threads';

export interface SpeechRequest {
  id: number;
  text: string;
  voice: string;
  /** 0…99 */
  pitch: number;
  /** words a minute */
  speed: number;
}

export interface SpokenText {
  id: number;
  /** absent when it failed */
  wav?: Uint8Array;
}

/** Too many people are waiting for speech; the request may be repeated after a few seconds. */
export class SpeechBusy extends Error {
  override name = 'SpeechBusy';
}

interface Waiting {
  request: SpeechRequest;
  done: (wav: Uint8Array) => void;
  failed: (error: Error) => void;
}

/**
 * The speech synthesizer (eSpeak NG) in one worker thread: one text at a time, a bounded number waiting. The thread
 * starts with the first text and ends when it has had nothing to say for a while.
 */
export class Speech {
  readonly #options: { waiting: number; idleMs: number };
  #waiting: Waiting[] = [];
  #current: Waiting | undefined;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(options: Partial<{ waiting: number; idleMs: number }> = {}) {
    this.#options = { waiting: 16, idleMs: 60_000, ...options };
  }

  /** A WAV file, mono 16 bit 22,050 Hz. Throws `SpeechBusy`. */
  speak(text: Omit<SpeechRequest, 'id'>): Promise<Uint8Array> {
    if (this.#waiting.length >= this.#options.waiting) return Promise.reject(new SpeechBusy());
    return new Promise((done, failed) => {
      this.#waiting.push({ request: { ...text, id: ++this.#count }, done, failed });
      this.#next();
    });
  }

  /** Whether the thread is there. */
  get running(): boolean {
    return this.#worker !== undefined;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#fail(new Error('closed'), true);
    await worker?.terminate();
  }

  #next(): void {
    if (this.#current) return;
    this.#current = this.#waiting.shift();
    if (!this.#current) return this.#rest();
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage(this.#current.request);
  }

  #start(): Worker {
    const file = import.meta.url.endsWith('.ts') ? './speech-worker.ts' : './speech-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), { stdout: true, stderr: true, execArgv: [] });
    worker.on('message', ({ id, wav }: SpokenText) => {
      const finished = this.#current;
      if (finished?.request.id !== id) return;
      this.#current = undefined;
      if (wav) finished.done(wav);
      else finished.failed(new Error('the speech synthesizer failed'));
      this.#next();
    });
    const lost = (): void => {
      if (this.#worker === worker) this.#fail(new Error('the speech synthesizer ended'), false);
    };
    worker.on('error', lost).on('exit', lost);
    return worker;
  }

  /** Nothing to do: must not keep the process, and after a while not the memory either. */
  #rest(): void {
    this.#worker?.unref();
    this.#idle = setTimeout(() => {
      const worker = this.#worker;
      this.#worker = undefined;
      void worker?.terminate();
    }, this.#options.idleMs).unref();
  }

  #fail(error: Error, everything: boolean): void {
    this.#worker = undefined;
    this.#current?.failed(error);
    this.#current = undefined;
    if (everything) this.#waiting.splice(0).forEach(({ failed }) => failed(error));
    else this.#next();
  }
}
