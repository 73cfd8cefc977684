import type { RebuildProgress } from '#libs/readmodels/rebuild';

/** One line that is written over and over in a terminal; elsewhere, a line for each model. */
export class ProgressBar {
  #model = '';

  constructor(private readonly output: NodeJS.WriteStream) {}

  show(progress: RebuildProgress): void {
    const changed = progress.model !== this.#model;
    if (this.output.isTTY) {
      this.output.write(`${changed && this.#model ? '\n' : ''}\r${line(progress)}\u001b[K`);
    } else if (changed) {
      this.output.write(`${progress.model}: reading the log\n`);
    }
    this.#model = progress.model;
  }

  end(): void {
    if (this.output.isTTY && this.#model) this.output.write('\n');
  }
}

const width = 24;

function line({ model, phase, events, eventsPerSecond, done, secondsLeft }: RebuildProgress): string {
  const filled = Math.min(width, Math.round(done * width));
  const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
  const rate = `${events} events, ${eventsPerSecond}/s`;
  const rest = phase === 'comparing' ? 'comparing' : `${secondsLeft} s left`;
  return `${model.padEnd(20)} ${bar} ${String(Math.floor(done * 100)).padStart(3)} %  ${rate}, ${rest}`;
}
