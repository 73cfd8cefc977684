import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface StoreProcess {
  readonly url: string;
  readonly port: number;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  kill(): Promise<void>;
}

/** The scripted store as a process of its own, so that it can be stopped and killed by the kernel. */
export async function startStoreProcess(port = 0): Promise<StoreProcess> {
  const script = join(import.meta.dirname, 'scripted-store.ts');
  const serve = `import { ScriptedStore } from ${JSON.stringify(script)}; console.log((await new ScriptedStore(${port}).start()).port);`;
  const child = spawn(process.execPath, ['--input-type=module', '--no-warnings', '--eval', serve], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  const own = Number(printed);
  return {
    port: own,
    url: `esdb://127.0.0.1:${own}?tls=false`,
    signal: (signal) => void child.kill(signal),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
