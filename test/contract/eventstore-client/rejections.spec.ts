import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { compiled } from '../../support/build';
import { ScriptedStore } from './scripted-store';
import { startValve } from './valve';

/**
 * Node ends a process at the first rejection nobody handles. The published client leaves some; what we build on it must
 * not, whatever the store does.
 */
describe('unhandled rejections', () => {
  let home: string;
  beforeAll(async () => void (home = dirname(await compiled())), 60_000);

  it('the published client leaves one for a payload JSON refuses: the process ends, and says why', async () => {
    const server = await new ScriptedStore().start();
    const { code, errors } = await run(`
      import esdb from '@eventstore/db-client';
      const client = esdb.EventStoreDBClient.connectionString(${JSON.stringify(server.url)});
      await client.appendToStream('x', esdb.jsonEvent({ type: 'X', data: { n: 1n } }), { expectedRevision: 'no_stream' });
      console.log('never reached');
    `);
    server.stop();
    expect(code).toBe(1);
    expect(errors).toContain('BigInt');
  }, 30_000);

  it('ours: streams that break, end, stall under load, answer late or not at all leave none', async () => {
    const server = await new ScriptedStore().start();
    const valve = await startValve(server.url);
    server.faults.push(
      'fail-stream',
      'ignore',
      'end-stream',
      'answer-later',
      'fail-stream-after-commit',
      'lose-answer',
    );
    const child = run(`
      import { once } from 'node:events';
      import { EventStore } from '#libs/eventstore/event-store';
      import { subscribe } from '#libs/eventstore/subscription';
      const unhandled = [];
      process.on('unhandledRejection', (reason) => unhandled.push(reason));
      process.on('uncaughtException', (reason) => unhandled.push(reason));
      const store = EventStore.connect(${JSON.stringify(`${valve.url}&keepAliveInterval=200&keepAliveTimeout=200`)}, { timeoutMs: 200, limitMs: 1500 });
      const event = (data) => ({ id: crypto.randomUUID(), type: 'X', data, metadata: { correlationId: 'c', actor: { kind: 'system' } } });
      const append = (stream, data = {}) => store.append(stream, 'no-stream', [event(data)]).catch((error) => error.name);
      const aborter = new AbortController();
      const following = (async () => { for await (const batch of subscribe(store, { signal: aborter.signal })); })();
      await Promise.all(Array.from({ length: 20 }, (_, n) => append('fine-' + n)));
      await append('odd', { n: 1n });
      console.log('stall');
      await once(process.stdin, 'data');
      const stalled = Array.from({ length: 64 }, (_, n) => append('large-' + n, { text: 'x'.repeat(500_000) }));
      const outcomes = new Set(await Promise.all(stalled));
      aborter.abort();
      await following;
      await store.close();
      await new Promise((resume) => setTimeout(resume, 300));
      console.log(JSON.stringify({ unhandled: unhandled.map(String), outcomes: [...outcomes] }));
      process.exit();
    `);
    await child.says('stall');
    valve.swallow(true);
    child.write('go');
    const { code, output } = await child;
    valve.close();
    server.stop();
    expect(code).toBe(0);
    expect(JSON.parse(output.trim().split('\n').at(-1)!)).toEqual({ unhandled: [], outcomes: ['StoreUnavailable'] });
  }, 30_000);

  interface Ended {
    code: number | null;
    output: string;
    errors: string;
  }
  /** A module run by Node itself on the compiled product. */
  function run(script: string): Promise<Ended> & { says(text: string): Promise<void>; write(text: string): void } {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: home });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, output, errors })));
    return Object.assign(ended, {
      says: (text: string) =>
        new Promise<void>((said, failed) => {
          const look = (): void => void (output.includes(text) && said());
          child.stdout.on('data', look);
          child.on('close', () => failed(new Error(`it ended before it said ${text}: ${errors}`)));
        }),
      write: (text: string) => void child.stdin.write(text),
    });
  }
});
