import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from '#apps/agent/agent';
import { readAgentSettings } from '#apps/agent/settings';
import { startSimulatedDirectory, type SimulatedDirectory } from '#apps/outside/directory/simulated-directory';
import type { Asking, Receipt, WriteCommand } from '#libs/directory/protocol/agent-messages';
import { systemClock } from '#libs/runtime/clock';
import { until } from '../../support/until';
import { Wire } from '../../support/wire';

/** The platform's half of the conversation, as far as an agent goes by it. */
class Desk {
  /** Handed out one after the other, whatever the agent holds. */
  readonly commands: object[] = [];
  readonly asked: Asking[] = [];
  readonly receipts: Receipt[] = [];
  /** Status of the answers to receipts, or to everything. */
  refuses: { receipts?: number; all?: number } = {};
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, wait, ...body } = this.#answer(request.url!, Buffer.concat(chunks).toString());
        const answer = { now: new Date().toISOString(), ...body };
        setTimeout(() => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
        }, wait);
      });
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close = (): void => void this.#server.close().closeAllConnections();

  #answer(url: string, text: string): { status: number; wait: number; [field: string]: unknown } {
    const body: unknown = text === '' ? {} : JSON.parse(text);
    const at = { status: this.refuses.all ?? 200, wait: 0, code: 'agent-invalid' };
    if (url.endsWith('/enrolment'))
      return { ...at, agentId: randomUUID(), tenantId: randomUUID(), platformKey: { keyId: 'p', key: 'p' } };
    if (url.endsWith('/sign-ins')) return { ...at, wait: 100, ask: null };
    if (url.endsWith('/receipts')) {
      const status = this.refuses.receipts ?? at.status;
      if (status === 200) this.receipts.push(body as Receipt);
      return { ...at, status };
    }
    if (!url.endsWith('/commands')) return { ...at, command: null };
    this.asked.push(body as Asking);
    const command = this.commands.shift() ?? null;
    return { ...at, command, wait: command ? 0 : 20 };
  }
}

describe('an agent at work', () => {
  let folder: string;
  let directory: SimulatedDirectory;
  let wire: Wire;
  let desk: Desk;
  let stop: AbortController;
  let running: Promise<void> | undefined;
  let said: string[];

  beforeAll(async () => {
    directory = await startSimulatedDirectory({
      clock: systemClock,
      baseDn: 'dc=probe,dc=test',
      firstPassword: 'First-Pass-1',
      people: [
        { uid: 'alice', mail: 'alice@probe.test', unit: 'people' },
        { uid: 'bob', mail: 'bob@probe.test', unit: 'elsewhere' },
      ],
    });
    wire = await Wire.to('127.0.0.1', Number(new URL(directory.url).port));
  });
  afterAll(async () => {
    wire?.close();
    await directory?.close();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-at-work-'));
    desk = new Desk();
    stop = new AbortController();
    said = [];
  });
  afterEach(async () => {
    stop.abort();
    await running?.catch(() => undefined);
    desk.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, directory.ca);
    const settings = readAgentSettings({
      AGENT_API_URL: await desk.open(),
      AGENT_ENROLMENT_CODE: 'code',
      AGENT_DATA_DIR: join(folder, 'data'),
      LDAP_KIND: 'openldap',
      LDAP_URL: `ldaps://127.0.0.1:${wire.near}`,
      LDAP_CA_FILE: ca,
      LDAP_BASE_DN: directory.baseDn,
      LDAP_BIND_DN: directory.service.dn,
      LDAP_BIND_PASSWORD: directory.service.password,
      LDAP_FENCE_ATTRIBUTE: 'employeeNumber',
      ...more,
    });
    const agent = new Agent(settings, (event, { trouble } = {}) =>
      said.push([event, trouble].filter(Boolean).join(' ')),
    );
    running = agent.run(stop.signal);
    await until('it has started', () => said.includes('started'));
  };
  let epoch = 0;
  const unlock = (more: Partial<WriteCommand> = {}): WriteCommand => ({
    type: 'write',
    writebackId: randomUUID(),
    accountId: randomUUID(),
    recoveryId: randomUUID(),
    userId: directory.stored('alice')!.entryUUID,
    epoch: ++epoch,
    kind: 'unlock',
    sealed: null,
    doubleReset: false,
    deadline: new Date(Date.now() + 60_000).toISOString(),
    ...more,
  });
  const count = (event: string): number => said.filter((one) => one === event).length;

  it('tells what it has done, and asks on', async () => {
    const command = unlock();
    desk.commands.push(command);
    await start();
    await until('it has told', () => desk.receipts.length > 0);
    expect(desk.receipts).toMatchObject([{ writebackId: command.writebackId, result: 'succeeded', writes: 1 }]);
    expect(directory.stored('alice')!.fence).toContain(command.writebackId);
  });

  it('does not begin anew what it holds, although it is handed out once more, and keeps what it noted of it', async () => {
    const command = unlock({ userId: directory.stored('bob')!.entryUUID });
    desk.refuses = { receipts: 503 };
    desk.commands.push(command);
    await start();
    await until('it tried to tell', () => said.includes('platform-trouble 503 agent-invalid'));
    // Its time is over by now: begun anew it would say so.
    desk.commands.push({ ...command, deadline: new Date(Date.now() - 1).toISOString() });
    await until('it took it once more', () => desk.commands.length === 0);
    expect(desk.asked.at(-1)!.holding).toEqual([command.writebackId]);
    desk.refuses = {};
    await until('it has told', () => desk.receipts.length > 0);
    expect(new Set(desk.receipts.map(({ result }) => result))).toEqual(new Set(['permission-denied']));
  });

  it('reads people anew where its note of them is cut short', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data/sync.json'), '{"cursor":{"serv');
    await start();
    await until('it has told of them', () => said.includes('people'));
    expect(said.filter((one) => one.startsWith('people-trouble'))).toEqual([]);
  });

  it('leaves alone what it does not understand, and does what comes next', async () => {
    const command = unlock();
    desk.commands.push(
      { ...unlock(), kind: 'erase' },
      { ...unlock(), epoch: -1 },
      { ...unlock(), epoch: 2 ** 53 },
      command,
    );
    await start();
    await until('it has told', () => desk.receipts.length > 0, 20_000);
    expect(desk.receipts).toMatchObject([{ writebackId: command.writebackId }]);
    // Once for all of them.
    expect(count('platform-trouble not-understood')).toBe(1);
    expect(said).toContain('platform-ready');
  }, 30_000);

  it('that was revoked writes nothing more, and says so once', async () => {
    await start();
    await until('it asked', () => desk.asked.length > 0);
    desk.refuses = { all: 401 };
    const fence = directory.stored('alice')!.fence;
    desk.commands.push(unlock());
    const before = desk.asked.length;
    await until('it asked a few times', () => desk.asked.length >= before + 3, 20_000);
    expect([count('identity-refused 401 agent-invalid'), count('platform-trouble 401 agent-invalid')]).toEqual([1, 0]);
    expect(directory.stored('alice')!.fence).toBe(fence);
  }, 30_000);

  it('does not lock its own account by a password that is refused', async () => {
    const before = wire.opened;
    await start({ LDAP_BIND_PASSWORD: 'of-last-year' });
    await until('it was refused', () => said.includes('directory-trouble ldap-49'));
    // Whoever asks for work shows that it may be counted on.
    expect([desk.asked, wire.opened - before]).toEqual([[], 1]);
    stop.abort();
    await running;
  });
});
