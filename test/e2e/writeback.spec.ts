import { randomUUID } from 'node:crypto';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import { Administrator } from '../support/administrators';
import { eventually, Person, Recovery, type Any, type StartedView } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { ScriptedAgent } from '../support/scripted-agent';
import { storedEvents } from '../support/stored-events';

const user = 'hybrid.user@contoso.example';
const address = 'hybrid.user@contoso.home.example';
const administrators = 'admin@contoso.home.example';

describe('a writeback whose agents do as they are told', () => {
  let product: Product;
  let person: Person;
  let first: ScriptedAgent;
  let second: ScriptedAgent;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    first = await newAgent();
    second = await newAgent();
    await first.link(user, randomUUID());
    const admin = await Administrator.signIn(product.url);
    expect((await admin.changePolicy({ unlockWithoutReset: true })).status).toBe(200);
  });
  afterAll(() => product?.remove());

  const newAgent = async (): Promise<ScriptedAgent> => {
    const admin = await Administrator.signIn(product.url);
    return ScriptedAgent.enrol(person, (await admin.post('/tenant/agents')).body.enrolmentCode as string);
  };
  /** At the new password, with these agents alive and none of them waiting. */
  const proved = (...alive: readonly ScriptedAgent[]): Promise<Recovery> => provedFor('forgot-password', ...alive);
  const provedFor = async (reason: string, ...alive: readonly ScriptedAgent[]): Promise<Recovery> => {
    await person.resetLimits();
    const ends = await Promise.all(alive.map((agent) => agent.breathe()));
    const recovery = await eventually(async () => {
      const { status, body } = await person.start(user, { reason });
      return status === 201 && new Recovery(person, body as StartedView);
    });
    await recovery.provedByMail(address);
    ends.forEach((end) => end());
    return recovery;
  };
  /** The password is submitted, and this agent takes it. */
  const taken = async (recovery: Recovery, agent: ScriptedAgent, password: string): Promise<WriteCommand> => {
    expect((await recovery.password(password)).body.status).toBe('writing-back');
    const command = await agent.next();
    if (!command) throw new Error('nothing was offered');
    return command;
  };
  const view = async (recovery: Recovery): Promise<Any> => (await recovery.get()).body;
  const mailed = (to: string, subject: RegExp) =>
    eventually(async () => (await person.mails(to)).find((mail) => subject.test(mail.subject)));

  it('an agent has one question open of each kind: the newest ends the one before, with a sentence', async () => {
    for (const path of ['/api/v1/agent/commands', '/api/v1/agent/sign-ins']) {
      // The clock may have been moved since they last heard of it.
      await Promise.all([first, second].map((agent) => agent.again(randomUUID())));
      const gone = new AbortController();
      const answers: [agentId: string, status: number, code: string][] = [];
      const ask = async (agent: ScriptedAgent): Promise<void> => {
        const headers = agent.headers('GET', path);
        const answer = await fetch(product.url + path, { headers, signal: gone.signal });
        const { code } = (await answer.json()) as { code: string };
        answers.push([agent.agentId, answer.status, code]);
      };
      const asked = [second, ...Array<ScriptedAgent>(6).fill(first)].map((agent) => ask(agent).catch(() => undefined));
      await eventually(() => Promise.resolve(answers.length >= 5));
      // Each of the two has one left.
      expect(answers).toEqual(Array(5).fill([first.agentId, 409, 'poll-replaced']));
      gone.abort();
      await Promise.all(asked);
      expect(answers).toHaveLength(5);
    }
  });

  it('shows the verdict over the open stream within moments', async () => {
    const recovery = await proved(first);
    const stream = await fetch(`${product.url}${recovery.path}/events`, {
      headers: { authorization: `Bearer ${recovery.token}` },
    });
    const heard = (async () => {
      let text = '';
      for await (const chunk of stream.body!) {
        text += Buffer.from(chunk).toString();
        if (text.includes('"succeeded"')) return { text, at: performance.now() };
      }
      throw new Error(`the stream ended with ${text}`);
    })();
    const command = await taken(recovery, first, 'Lantern-Harbour-1!');
    expect(await first.open(command)).toBe('Lantern-Harbour-1!');
    const waiting = (await eventually(async () => {
      const seen = await view(recovery);
      return seen.status === 'writing-back' && seen;
    })) as Any;
    expect(Date.parse(waiting.now) - Date.parse(waiting.submittedAt)).toBeLessThan(5_000);
    const reported = performance.now();
    expect((await first.report(command.writebackId, 'succeeded')).status).toBe(200);
    const { text, at } = await heard;
    expect(text).toContain('"writing-back"');
    expect(await view(recovery)).not.toHaveProperty('submittedAt');
    expect(at - reported).toBeLessThan(1_000);
  });

  it('tells the directory’s own rules with its refusal, and lets the person choose another', async () => {
    const recovery = await proved(first);
    const command = await taken(recovery, first, 'Lantern-Harbour-2!');
    const rules = { minimumLength: 24, complexity: true, history: 5 };
    await first.report(command.writebackId, 'rejected-by-policy', { rules });
    expect(await view(recovery)).toMatchObject({
      status: 'choosing-password',
      rejection: { reasons: ['directory-policy'], rules },
    });
    const again = await taken(recovery, first, 'Lantern-Harbour-Long-Enough-3!');
    expect((await view(recovery)).rejection).toBeUndefined();
    await first.report(again.writebackId, 'succeeded');
    expect((await view(recovery)).status).toBe('succeeded');
  });

  it('asks our own rules before anything is carried', async () => {
    const recovery = await proved(first);
    const answer = await recovery.password('hybrid.user-contoso-9!');
    expect([answer.status, answer.body.reasons]).toEqual([422, expect.arrayContaining(['contains-name'])]);
    await recovery.post('cancel');
  });

  it('is offered to another agent when the first is silent, and told again to whoever lost it', async () => {
    const recovery = await proved(first, second);
    const command = await taken(recovery, first, 'Lantern-Harbour-4!');
    const { writebackId } = command;
    expect(await second.again(writebackId)).toBeNull();
    // As after a restart, which forgets what was sealed.
    expect(await first.open((await first.again(writebackId))!)).toBe('Lantern-Harbour-4!');
    await person.advance('PT31S');
    const once = await second.next();
    expect(once).toMatchObject({ writebackId });
    expect(await second.open(once!)).toBe('Lantern-Harbour-4!');
    await second.report(writebackId, 'succeeded');
    expect((await view(recovery)).status).toBe('succeeded');
    // What the other found out is no news.
    expect((await first.report(writebackId, 'stale')).status).toBe(200);
    expect((await view(recovery)).outcome).toMatchObject({ result: 'succeeded', reason: 'reset' });
    expect([await first.again(writebackId), await second.again(writebackId)]).toEqual([null, null]);
  });

  const happened = async (writebackId: string): Promise<string[]> =>
    (await storedEvents(product)).filter(({ stream }) => stream === `writeback-${writebackId}`).map(({ type }) => type);

  it('is handed over again at once, under the same lease, to the agent that it never reached', async () => {
    const recovery = await proved(first);
    const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-41!');
    const again = await first.ask();
    expect(again).toMatchObject({ writebackId });
    expect(await first.open(again!)).toBe('Lantern-Harbour-41!');
    expect(await happened(writebackId)).toEqual(['WritebackOffered', 'WritebackLeased']);
    // What it holds it is not given again: it is still asking when the next one comes.
    const asking = first.ask(writebackId);
    await first.report(writebackId, 'succeeded');
    expect((await view(recovery)).status).toBe('succeeded');
    const later = await proved();
    expect((await later.password('Lantern-Harbour-42!')).body.status).toBe('writing-back');
    const next = (await asking)!;
    expect(next.writebackId).not.toBe(writebackId);
    await first.report(next.writebackId, 'succeeded');
    expect((await view(later)).status).toBe('succeeded');
  });

  it('asks an agent that comes back after the deadline what stands, though another had it last', async () => {
    const recovery = await proved(first, second);
    const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-43!');
    await person.advance('PT100S');
    expect(await second.next()).toMatchObject({ writebackId });
    await person.advance('PT21S').then(() => second.report(writebackId, 'expired'));
    expect([(await view(recovery)).status, await first.ask()]).toMatchObject(['writing-back', { writebackId }]);
    await first.report(writebackId, 'expired');
    expect((await view(recovery)).outcome).toMatchObject({ result: 'failed', reason: 'writeback-timed-out' });
    expect((await happened(writebackId)).slice(-2)).toEqual(['WritebackReturned', 'WritebackReported']);
  });

  it('takes no receipt of an agent that never had it, whoever holds it', async () => {
    const recovery = await proved(first, second);
    const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-44!');
    for (const result of ['succeeded', 'rejected-by-policy', 'unreachable'] as const) {
      const answer = await second.report(writebackId, result);
      expect([answer.status, answer.body.code]).toEqual([409, 'writeback-not-leased']);
    }
    expect(await second.again(writebackId)).toBeNull();
    expect([(await view(recovery)).status, await happened(writebackId)]).toEqual([
      'writing-back',
      ['WritebackOffered', 'WritebackLeased'],
    ]);
    await first.report(writebackId, 'succeeded');
    expect((await view(recovery)).status).toBe('succeeded');
  });

  it('believes one whose lease is another’s by now that it wrote, and not that nobody can', async () => {
    const recovery = await proved(first, second);
    const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-45!');
    await person.advance('PT31S');
    expect(await second.next()).toMatchObject({ writebackId });
    for (const result of ['unreachable', 'expired', 'unreadable'] as const) {
      expect((await first.report(writebackId, result)).status).toBe(200);
    }
    expect([(await view(recovery)).status, (await happened(writebackId)).includes('WritebackReported')]).toEqual([
      'writing-back',
      false,
    ]);
    expect((await first.report(writebackId, 'succeeded')).status).toBe(200);
    expect((await view(recovery)).status).toBe('succeeded');
    // The other found the fence taken: no news.
    expect((await second.report(writebackId, 'stale')).status).toBe(200);
    expect((await happened(writebackId)).filter((type) => type === 'WritebackReported')).toHaveLength(1);
  });

  it('is offered to another agent at once when the directory of the first is away, and not to that one again', async () => {
    const recovery = await proved(first, second);
    const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-8!');
    const back = await first.report(writebackId, 'unreachable', { trouble: 'econnrefused' });
    expect([back.status, (await view(recovery)).status]).toEqual([200, 'writing-back']);
    expect(await first.again(writebackId)).toBeNull();
    const leave = await first.breathe();
    const once = await second.next();
    expect(once).toMatchObject({ writebackId });
    expect(await second.open(once!)).toBe('Lantern-Harbour-8!');
    await second.report(writebackId, 'unreachable', { trouble: 'eai-again' });
    // Nobody is left: the person is told now.
    expect((await view(recovery)).outcome).toMatchObject({ reason: 'problem-on-premises' });
    leave();
    const leases = (await storedEvents(product)).filter(({ type, data }) => {
      return type === 'WritebackLeased' && (data as Any).writebackId === writebackId;
    });
    expect(leases.map(({ data }) => (data as Any).agentId as string)).toEqual([first.agentId, second.agentId]);
  });

  it('unlocks nobody amid a double reset, which it would cut off, and tells at once when one was cut off for good', async () => {
    await person.advance('PT31S');
    const admin = await Administrator.signIn(product.url);
    await admin.changePolicy({ doubleReset: true });
    const recovery = await proved(first);
    const { writebackId, doubleReset } = await taken(recovery, first, 'Lantern-Harbour-9!');
    const locked = await provedFor('account-locked', first);
    const refused = await locked.post('unlock');
    expect([doubleReset, refused.status, refused.body.code]).toEqual([true, 503, 'unavailable']);
    await first.report(writebackId, 'unfinished', { writes: 2 });
    expect((await view(recovery)).outcome).toMatchObject({ reason: 'problem-on-premises' });
    expect((await mailed(address, /set your .* password once more/)).text).toContain('Neither the new password');
    await Promise.all([admin.changePolicy({ doubleReset: false }), locked.post('cancel')]);
  });

  it('is not given to an agent that it is not sealed for', async () => {
    await person.advance('PT31S');
    const recovery = await proved(first);
    expect((await recovery.password('Lantern-Harbour-5!')).status).toBe(202);
    const end = await second.breathe();
    const { writebackId } = (await first.next())!;
    await first.report(writebackId, 'succeeded');
    expect(end()).toBeUndefined();
    expect((await view(recovery)).status).toBe('succeeded');
  });

  it('carries an unlock alone with nothing sealed, at most three times a day, each with a notice', async () => {
    const unlocked = async (): Promise<Any> => {
      const recovery = await provedFor('account-locked', first);
      const asked = await recovery.post('unlock');
      if (asked.status !== 202 && asked.status !== 200) return asked;
      expect(asked.body.status).toBe('unlocking');
      const command = await first.next();
      expect(command).toMatchObject({ kind: 'unlock', sealed: null });
      await first.report(command!.writebackId, 'succeeded');
      return view(recovery);
    };
    for (let n = 0; n < 3; n++) {
      const ended = await unlocked();
      expect(ended).toMatchObject({ status: 'succeeded', outcome: { result: 'succeeded', reason: 'unlocked' } });
    }
    expect(await unlocked()).toMatchObject({ status: 429, body: { code: 'unlock-limit' } });
    await mailed(address, /unlocked/);
    const written = (await storedEvents(product)).filter(({ type }) => type === 'UnlockWritten');
    expect(written).toHaveLength(3);
  });

  it('ends as timed out when nobody took it, and tells the person that nothing was changed', async () => {
    const recovery = await proved(first);
    expect((await recovery.password('Lantern-Harbour-6!')).body.status).toBe('writing-back');
    await person.advance('PT121S');
    await eventually(async () => (await view(recovery)).status === 'failed');
    expect((await view(recovery)).outcome).toMatchObject({ reason: 'writeback-timed-out' });
    expect((await mailed(address, /was not set/)).text).toContain('Nothing was changed');
  });

  it('ends after a day without a receipt, and a later one corrects that', async () => {
    const recovery = await proved(first);
    const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-7!');
    await person.advance('PT20M');
    expect((await view(recovery)).status).toBe('writing-back');
    // Its sealed value is gone whatever becomes of it.
    expect(await first.again(writebackId)).toBeNull();
    await person.advance('PT23H50M');
    await eventually(async () => (await view(recovery)).status === 'failed');
    await first.report(writebackId, 'succeeded');
    await Promise.all([first.renew(), second.renew()]);
    expect((await view(recovery)).outcome).toMatchObject({ result: 'succeeded', reason: 'reset' });
    const events = (await storedEvents(product)).filter(({ stream }) => stream.endsWith(recovery.view.recoveryId));
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['RecoveryFailed', 'OutcomeCorrected']);
  });

  it('is nobody’s any more when its agent is revoked, and goes to another', async () => {
    const doomed = await newAgent();
    const recovery = await proved(doomed, second);
    const { writebackId } = await taken(recovery, doomed, 'Lantern-Harbour-8!');
    const admin = await Administrator.signIn(product.url);
    expect((await admin.delete(`/tenant/agents/${doomed.agentId}`)).status).toBe(204);
    expect((await doomed.report(writebackId, 'succeeded')).status).toBe(401);
    expect((await doomed.call('POST', `/api/v1/agent/commands/${writebackId}`)).status).toBe(401);
    await person.advance('PT31S');
    expect(await second.next()).toMatchObject({ writebackId });
    await second.report(writebackId, 'succeeded');
    expect((await view(recovery)).status).toBe('succeeded');
  });

  it('is taken by nobody who was revoked while asking', async () => {
    const doomed = await newAgent();
    const admin = await Administrator.signIn(product.url);
    const alive = ({ agentId: wanted }: ScriptedAgent) =>
      eventually(async () => {
        const { agents } = (await admin.get('/tenant/agents')).body;
        return agents.some(({ agentId, state }: Any) => agentId === wanted && state === 'alive');
      });
    const recovery = await provedFor('account-locked', doomed, second);
    await person.advance('PT31S');
    let given: WriteCommand | null = null;
    void doomed.ask().then((command) => (given = command));
    await alive(doomed);
    expect((await admin.delete(`/tenant/agents/${doomed.agentId}`)).status).toBe(204);
    const end = await second.breathe();
    await alive(second);
    end();
    expect((await recovery.post('unlock')).body.status).toBe('unlocking');
    const { writebackId } = (await second.next())!;
    await second.report(writebackId, 'succeeded');
    expect([(await view(recovery)).status, given]).toEqual(['succeeded', null]);
  });

  it('is not yet confirmed for a day when its only agent is revoked, and what is known then is told', async () => {
    const doomed = await newAgent();
    const recovery = await proved(doomed);
    const { writebackId } = await taken(recovery, doomed, 'Lantern-Harbour-82!');
    const admin = await Administrator.signIn(product.url);
    expect((await admin.delete(`/tenant/agents/${doomed.agentId}`)).status).toBe(204);
    await person.advance('PT10M');
    expect((await view(recovery)).status).toBe('writing-back');
    await person.advance('PT23H51M');
    await eventually(async () => (await view(recovery)).status === 'failed');
    expect((await view(recovery)).outcome).toMatchObject({ reason: 'writeback-timed-out' });
    expect((await happened(writebackId)).at(-1)).toBe('WritebackLost');
    expect((await doomed.report(writebackId, 'succeeded')).status).toBe(401);
    await Promise.all([first.renew(), second.renew()]);
  });

  it('alarms the administrators once when a right is missing, and shows the trouble', async () => {
    const recovery = await proved(first);
    const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-9!');
    await first.report(writebackId, 'permission-denied', { trouble: 'ldap-50' });
    expect((await view(recovery)).outcome).toMatchObject({ result: 'failed', reason: 'problem-on-premises' });
    await eventually(async () => {
      const mails = await person.mails(administrators);
      return mails.some(
        ({ subject, text }) => /refused a password reset/.test(subject) && text.includes('lacks a right'),
      );
    });
    const admin = await Administrator.signIn(product.url);
    await eventually(async () => {
      const { agents } = (await admin.get('/tenant/agents')).body;
      const mine = agents.find(({ agentId }: Any) => agentId === first.agentId);
      return mine.lastTroubles[0]?.result === 'permission-denied' && mine;
    });
  });

  it('alarms them once a day when an agent may not use its directory, and not when that is away', async () => {
    const refusals = async () =>
      (await person.mails(administrators)).filter(({ text }) => text.includes('cannot use the directory'));
    // Otherwise another would be asked first.
    await person.advance('PT31S');
    for (const trouble of ['etimedout', 'certificate-refused', 'ldap-49']) {
      const recovery = await proved(first);
      const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-9!');
      await first.report(writebackId, 'unreachable', { trouble });
      expect((await view(recovery)).outcome).toMatchObject({ result: 'failed', reason: 'problem-on-premises' });
      if (trouble !== 'etimedout') await eventually(async () => (await refusals()).length === 1);
      else expect(await refusals()).toEqual([]);
    }
  });

  it('alarms them once for each silence of an agent, and notes when it is over', async () => {
    const admin = await Administrator.signIn(product.url);
    const state = async (): Promise<Any> => {
      const { agents } = (await admin.get('/tenant/agents')).body;
      return agents.find(({ agentId }: Any) => agentId === second.agentId);
    };
    const kinds = async () =>
      (await storedEvents(product))
        .filter(({ stream, type }) => stream === `agent-${second.agentId}` && /Silent|Heard/.test(type))
        .map(({ type }) => type);
    const alarms = async () =>
      (await person.mails(administrators)).filter(
        ({ subject, text }) => /fallen silent/.test(subject) && text.includes(second.agentId.slice(0, 8)),
      ).length;
    const end = await second.breathe();
    await eventually(async () => {
      await person.advance('PT10S');
      return (await kinds()).at(-1) !== 'AgentFellSilent';
    });
    expect((await state()).state).toBe('alive');
    end();
    const before = await alarms();
    await person.advance('PT3M');
    await eventually(async () => (await alarms()) > before);
    expect(await state()).toMatchObject({
      state: 'silent',
      version: '0.0.1',
      sealingKeyExpiresAt: expect.any(String),
      identityKeySince: expect.any(String),
      lastHeardAt: expect.any(String),
    });
    await person.advance('PT10M');
    expect([(await kinds()).at(-1), await alarms()]).toEqual(['AgentFellSilent', before + 1]);
    const again = await second.breathe();
    await eventually(async () => {
      await person.advance('PT10S');
      return (await kinds()).at(-1) === 'AgentHeardAgain';
    });
    again();
  });

  it('refuses people before any gate while no agent answers; the reason is the administrator’s to know', async () => {
    await person.advance('PT1M');
    await person.resetLimits();
    const [refused, stranger] = [await person.start(user), await person.start('nobody@contoso.example')];
    const plain = ({ status, body: { supportCode: _, instance: __, ...rest } }: Any) => ({ status, ...rest });
    expect(plain(refused)).toEqual(plain(stranger));
    expect([refused.status, refused.body.code]).toEqual([403, 'contact-administrator']);
    const reasons = (await storedEvents(product))
      .filter(({ type, data }) => type === 'RecoveryRefused' && data.supportCode === refused.body.supportCode)
      .map(({ data }) => data.outcome.reason);
    expect(reasons).toEqual(['writeback-unreachable']);
  });

  it('tells that a password was set by an operation that carries no fence', async () => {
    await person.advance('PT31S');
    const recovery = await proved(first);
    const { writebackId } = await taken(recovery, first, 'Lantern-Harbour-46!');
    await first.report(writebackId, 'succeeded', { fenced: false });
    expect((await view(recovery)).status).toBe('succeeded');
    const written = (await storedEvents(product)).filter(({ type }) => type === 'PasswordWritten').at(-1)!;
    expect(written.data).toMatchObject({ writebackId, fenced: false, writes: 1 });
  });

  it('knows an agent by the identity key that it replaced the former one with, and by that alone', async () => {
    await first.again(randomUUID());
    const asking = (agent: ScriptedAgent) => agent.call('POST', '/api/v1/agent/keys', {});
    expect((await asking(first)).status).toBe(200);
    const former = await first.replaceIdentity();
    for (let n = 0; n < 2; n++) {
      const refused = await asking(former);
      expect([refused.status, refused.body.code]).toEqual([401, 'agent-invalid']);
      expect((await asking(first)).status).toBe(200);
    }
    await expect(former.replaceIdentity()).rejects.toThrow('401');
    const replaced = (await storedEvents(product)).filter(({ type }) => type === 'AgentIdentityKeyRolled');
    expect(replaced).toHaveLength(1);
  });

  it('takes nothing that is unsigned, stale, replayed, changed, or of somebody else', async () => {
    const path = '/api/v1/agent/commands';
    expect((await person.get(path)).status).toBe(401);
    const old = first.headers('GET', path, undefined, Math.floor(Date.now() / 1000));
    // The platform's clock is days ahead by now.
    expect((await person.get(path, { headers: old })).status).toBe(401);
    await first.call('POST', `${path}/${randomUUID()}`);
    const once = first.headers('POST', `${path}/${randomUUID()}`);
    expect((await person.post(path, {}, { headers: once })).status).toBeGreaterThanOrEqual(401);
    const body = {
      writebackId: randomUUID(),
      result: 'succeeded',
      writes: 1,
      fenced: true,
      doneAt: '2026-01-01T00:00:00Z',
    };
    const signed = first.headers('POST', '/api/v1/agent/receipts', body);
    const changed = await person.post('/api/v1/agent/receipts', { ...body, writes: 2 }, { headers: signed });
    expect([changed.status, changed.body.code]).toEqual([401, 'agent-invalid']);
    const unknown = await person.post('/api/v1/agent/receipts', body, { headers: signed });
    expect([unknown.status, unknown.body.code]).toEqual([409, 'writeback-not-leased']);
    const replayed = await person.post('/api/v1/agent/receipts', body, { headers: signed });
    expect([replayed.status, replayed.body.code]).toEqual([401, 'agent-invalid']);
  });
});
