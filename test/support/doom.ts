import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from './until.js';

/** `lose`: what was done at the point is done, and whoever waits for it gets an error. `pause`: until SIGCONT. */
export type Fate = 'kill' | 'lose' | 'pause';

/** Tells processes at which named point (test/faults/doomed-….mjs) what becomes of the first that gets there. */
export class Doom {
  private constructor(
    private readonly folder: string,
    private readonly preload: string,
  ) {}

  static async of(preload: 'doomed-platform' | 'doomed-agent'): Promise<Doom> {
    return new Doom(await mkdtemp(join(tmpdir(), 'keyturn-doom-')), preload);
  }

  /** For the process that shall know of it. */
  get env(): Record<string, string> {
    const preload = pathToFileURL(join(process.cwd(), `test/faults/${this.preload}.mjs`));
    return {
      NODE_OPTIONS: `--import=${preload.href}`,
      KEYTURN_TEST_DOOM: this.#file,
      KEYTURN_TEST_AHEAD: join(this.folder, 'ahead'),
    };
  }

  async name(point: string, fate: Fate = 'kill'): Promise<void> {
    await this.#write('doom', JSON.stringify({ point, fate }));
  }

  /** Somebody got there. */
  async met(): Promise<void> {
    await until('the point is reached', () => !existsSync(this.#file), 60_000);
  }

  /** Puts the clock of the agents' machine forward. */
  async ahead(ms: number): Promise<void> {
    await this.#write('ahead', String(ms));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.folder, 'doom');
  }

  /** Whole or not at all: it is read at any moment. */
  async #write(name: string, text: string): Promise<void> {
    const fresh = join(this.folder, `${name}.new`);
    await writeFile(fresh, text);
    await rename(fresh, join(this.folder, name));
  }
}
