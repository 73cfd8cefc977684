import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { compiled } from '../../support/build';

/** `apps/eventstore` as a process of its own. */
export class ServedStore {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly output: () => string,
  ) {}

  /** Fails with what the process said when it does not become ready. */
  static async start(databaseUrl: string, port: number): Promise<ServedStore> {
    const main = join(await compiled(), 'apps/eventstore/main.js');
    const env = { ...process.env, DATABASE_URL: databaseUrl, KEYTURN_EVENTSTORE_PORT: String(port) };
    const child = spawn(process.execPath, ['--enable-source-maps', main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const url = await new Promise<string>((ready, failed) => {
      const hear = (chunk: Buffer): void => {
        said += chunk.toString();
        const found = /esdb:\/\/\S+/.exec(said);
        if (found) ready(found[0]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('exit', () => failed(new Error(said.trim())));
    });
    return new ServedStore(child, url, () => said);
  }

  /** Sends a signal and waits until the process is gone; gives its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const gone = new Promise<number | null>((done) => this.child.once('exit', done));
    this.child.kill(signal);
    return gone;
  }
}
