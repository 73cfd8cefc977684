import { randomUUID } from 'node:crypto';
import { startAgent, type RunningAgent } from '../support/agent';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Any } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { ScriptedAgent } from '../support/scripted-agent';
import { startSimulatedDirectory, type SimulatedDirectory } from '../../apps/outside/directory/simulated-directory';
import { systemClock } from '#libs/runtime/clock';

describe('what administrators see of their agents', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;
  let agent: ScriptedAgent;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    admin = await Administrator.signIn(product.url);
  });
  afterAll(() => product?.remove());

  const listed = async (): Promise<Any> => (await admin.get('/tenant/agents')).body;
  const obstacle = async (): Promise<string | null> => (await listed()).hybridReset.obstacle;
  const shown = async (agentId: string): Promise<Any> =>
    (await listed()).agents.find((one: Any) => one.agentId === agentId);
  /** Once it is so, as it is then. */
  const until = (agentId: string, so: (agent: Any) => boolean): Promise<Any> =>
    eventually(async () => {
      const one = await shown(agentId);
      return one !== undefined && so(one) && one;
    });

  it('says that there is none, and why nobody of the directory can reset', async () => {
    const { now, hybridReset, agents } = await listed();
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(120_000);
    expect([hybridReset, agents]).toEqual([{ possible: false, obstacle: 'no-agent' }, []]);
  });

  it('gives a code and the address to use it at, the same for the same wish', async () => {
    const key = randomUUID();
    const { status, body } = await admin.post('/tenant/agents', {}, { key });
    expect([status, body.apiUrl]).toEqual([201, product.url]);
    expect((await admin.post('/tenant/agents', {}, { key })).body).toEqual(body);
    const waiting = await until(body.agentId, ({ state }) => state === 'waiting-for-enrolment');
    expect(waiting).toMatchObject({
      usable: false,
      enrolmentCodeExpiresAt: body.expiresAt,
      enrolledAt: null,
      lastHeardAt: null,
      sealingKeySince: null,
      machine: null,
      lastErrors: [],
    });
    expect(JSON.stringify(await listed())).not.toContain(body.enrolmentCode.split('.')[1]);
    expect(await obstacle()).toBe('agent-not-enrolled');
    agent = await ScriptedAgent.enrol(person, body.enrolmentCode as string);
  });

  it('counts on it as soon as it asks for work, unless the policy says otherwise', async () => {
    await until(agent.agentId, ({ state }) => state === 'silent');
    expect(await obstacle()).toBe('agent-silent');
    const end = await agent.breathe();
    expect(await until(agent.agentId, ({ state }) => state === 'alive')).toMatchObject({
      usable: true,
      version: '0.0.1',
      sealingKeyDue: false,
      identityKeyDue: false,
    });
    expect((await listed()).hybridReset).toEqual({ possible: true, obstacle: null });
    await admin.changePolicy({ writeback: false });
    expect(await obstacle()).toBe('writeback-off');
    await admin.changePolicy({ writeback: true });
    expect(await obstacle()).toBeNull();
    end();
  });

  it('shows what an agent tells of itself, to those who may look', async () => {
    const since = new Date().toISOString();
    const told = { at: since, created: 3, linked: 0, updated: 0, passedOver: 0, unusable: 0, conflicts: 1 };
    const people = { seen: 3, at: since, told };
    const troubles = [{ at: since, eventId: 'KTA-402', trouble: 'timed-out' }];
    expect((await agent.tell({ since, people }, troubles)).status).toBe(200);
    // As after a restart: it has not looked yet.
    expect((await agent.tell({ since })).status).toBe(200);
    const helper = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const { agents } = (await helper.get('/tenant/agents')).body;
    expect(agents.find((one: Any) => one.agentId === agent.agentId)).toMatchObject({
      machine: 'scripted-agent',
      directory: { kind: 'openldap', host: 'ldap.contoso.example:636', state: 'ready', since, people },
      lastErrors: [{ at: since, eventId: 'KTA-402', result: null, trouble: 'timed-out', writebackId: null }],
    });
    const unsigned = await person.post('/api/v1/agent/report', {});
    expect([unsigned.status, unsigned.body.code]).toEqual([401, 'agent-invalid']);
    const nonsense = await agent.call('POST', '/api/v1/agent/report', { machine: 'x' });
    expect([nonsense.status, nonsense.body.code]).toEqual([400, 'invalid-request']);
  });

  it('tells silence from a directory that is away, and an old key from both', async () => {
    await person.advance('PT31S');
    expect(await obstacle()).toBe('agent-silent');
    await agent.tell({ state: 'away', trouble: 'econnrefused' });
    expect(await obstacle()).toBe('directory-unreachable');
    expect((await shown(agent.agentId)).state).toBe('silent');
    await person.advance('PT24H');
    admin = await Administrator.signIn(product.url);
    const end = await agent.breathe();
    const old = await until(agent.agentId, ({ state }) => state === 'alive');
    expect(old).toMatchObject({ usable: false, sealingKeyDue: true });
    expect(await obstacle()).toBe('agent-key-expired');
    end();
    await agent.renew();
    const again = await agent.breathe();
    await until(agent.agentId, ({ usable }) => usable === true);
    expect(await obstacle()).toBeNull();
    again();
  });

  it('keeps what it knew of one that was revoked', async () => {
    expect((await admin.delete(`/tenant/agents/${agent.agentId}`)).status).toBe(204);
    const gone = await until(agent.agentId, ({ state }) => state === 'revoked');
    expect(gone).toMatchObject({ usable: false, machine: 'scripted-agent', revokedAt: expect.any(String) });
    expect(await obstacle()).toBe('no-agent');
    expect((await agent.tell()).status).toBe(401);
  });

  describe('of one that runs at a directory', () => {
    let directory: SimulatedDirectory;
    let running: RunningAgent;

    const started = async (fenceAttribute: string): Promise<RunningAgent> => {
      const { url, ca, baseDn, service } = directory;
      const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
      return startAgent({
        apiUrl: product.url,
        enrolmentCode,
        directory: {
          kind: 'openldap',
          ...{ url, ca, baseDn, fenceAttribute },
          bindDn: service.dn,
          bindPassword: service.password,
          protectedGroups: [],
        },
      });
    };

    beforeAll(async () => {
      const people = ['hybrid.user', 'mary'].map((uid) => ({ uid, mail: `${uid}@contoso.example`, unit: 'people' }));
      directory = await startSimulatedDirectory({
        clock: systemClock,
        baseDn: 'dc=contoso,dc=example',
        firstPassword: 'First-Pass-1',
        people,
      });
      running = await started('employeeNumber');
    });
    afterAll(async () => {
      await running?.remove();
      await directory?.close().catch(() => undefined);
    });

    it('is what it found there', async () => {
      const one = await eventually(async () => {
        const { agents } = await listed();
        return agents.find((some: Any) => some.state === 'alive' && some.directory?.people?.told);
      });
      expect(one).toMatchObject({
        usable: true,
        machine: expect.any(String),
        directory: {
          kind: 'openldap',
          host: new URL(directory.url).host,
          fenceAttribute: 'employeeNumber',
          fenced: true,
          protectedGroups: 0,
          state: 'ready',
          people: { seen: 2, told: { conflicts: 0 } },
        },
      });
    });

    it('is why it did not start, where what it is set up with does not fit', async () => {
      const unfit = await started('description');
      const one = await eventually(async () => {
        const { agents } = await listed();
        return agents.find(({ state, lastErrors }: Any) => state === 'silent' && lastErrors[0]?.eventId === 'KTA-113');
      });
      expect(one).toMatchObject({ usable: false, directory: { fenceAttribute: 'description' } });
      await eventually(() => Promise.resolve(/did not start[^]*description/.test(unfit.printed())));
      expect((await admin.delete(`/tenant/agents/${one.agentId}`)).status).toBe(204);
      await unfit.remove();
    });

    it('is that it lost it, with the id to search for', async () => {
      await directory.close();
      const running = ({ machine, revokedAt }: Any) => machine !== null && revokedAt === null;
      // An agent looks every 15 seconds.
      const one = await eventually(async () => {
        const found = (await listed()).agents.find(running);
        return found.directory.state === 'away' && found;
      }, 40_000);
      await person.advance('PT31S');
      await eventually(async () => (await obstacle()) === 'directory-unreachable');
      expect(one.directory).toMatchObject({ state: 'away', trouble: expect.any(String) });
      expect(one.lastErrors).toContainEqual(
        expect.objectContaining({ eventId: 'KTA-111', trouble: one.directory.trouble }),
      );
    });
  });
});
