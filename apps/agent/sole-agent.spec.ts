import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentSettingsRefused } from './settings.js';
import { soleAgentIn } from './sole-agent.js';

describe('a data directory', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'keyturn-sole-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is one agent’s at a time, and the next one’s when that ends', async () => {
    const first = await soleAgentIn(folder);
    await expect(soleAgentIn(folder, 0)).rejects.toThrow(AgentSettingsRefused);
    const next = soleAgentIn(folder);
    first.close();
    (await next).close();
  });

  it('is free when its agent was killed', async () => {
    const place = JSON.stringify(join(folder, 'agent.sock'));
    const script = `require('net').createServer().listen(${place}, () => process.stdout.write('there'))`;
    const killed = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect((await stat(join(folder, 'agent.sock'))).isSocket()).toBe(true);
    (await soleAgentIn(folder, 0)).close();
  });

  it('may have a name that is longer than a socket’s', async () => {
    const deep = join(folder, 'a-folder-of-a-very-long-name-'.repeat(3), 'and-another-one-in-it-'.repeat(3));
    const first = await soleAgentIn(deep);
    await expect(soleAgentIn(deep, 0)).rejects.toThrow(deep);
    first.close();
  });
});
