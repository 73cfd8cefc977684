import { createPrivateKey, randomUUID } from 'node:crypto';
import { newIdentityKey, newPair } from '#apps/agent/identity';
import type { Enrolled, Polled, Receipt, WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { AgentReport, ReportedDirectory } from '#libs/directory/protocol/agent-report';
import { openPassword } from '#libs/directory/protocol/sealed-password';
import { signatureHeaders } from '#libs/directory/protocol/signed-request';
import type { WritebackResult } from '#libs/domain/writeback/writeback.events';
import type { Answer, Any, Person } from './journey';

/** An agent without a directory, which does what a test tells it: one step at a time. */
export class ScriptedAgent {
  /** Milliseconds the platform's clock is ahead of ours. */
  #ahead = 0;

  private constructor(
    private readonly person: Person,
    readonly enrolled: Enrolled,
    private identity: ReturnType<typeof newIdentityKey>,
    private pair: Awaited<ReturnType<typeof newPair>>,
  ) {}

  static async enrol(person: Person, enrolmentCode: string): Promise<ScriptedAgent> {
    const [identity, pair] = [newIdentityKey(), await newPair(new Date())];
    const keys = { identityKey: identity.publicKey, sealingKey: pair.publicKey, version: '0.0.1' };
    const { status, text, body } = await person.post('/api/v1/agent/enrolment', { enrolmentCode, ...keys });
    if (status !== 201) throw new Error(`enrolment answered ${status}: ${text}`);
    return new ScriptedAgent(person, body as Enrolled, identity, pair);
  }

  get agentId(): string {
    return this.enrolled.agentId;
  }

  headers(method: string, path: string, body?: object, created = this.#now()): Record<string, string> {
    const bytes = body && Buffer.from(JSON.stringify(body));
    const key = createPrivateKey(this.identity.pem);
    return signatureHeaders({ method, path, body: bytes, created }, { keyId: this.agentId, key });
  }

  /** Asked again at once when the clock was moved meanwhile. */
  async call(method: string, path: string, body?: object): Promise<Answer<Any>> {
    for (let tries = 0; ; tries++) {
      const headers = this.headers(method, path, body);
      const answer = await this.person.request(method, path, body, { headers });
      if (typeof answer.body?.now === 'string') this.#ahead = Date.parse(answer.body.now as string) - Date.now();
      if (answer.status !== 401 || tries > 0) return answer;
    }
  }

  async link(username: string, userId: string): Promise<void> {
    const answer = await this.call('POST', '/api/v1/agent/people', { people: [{ userId, username, disabled: false }] });
    if (answer.status !== 200) throw new Error(`people answered ${answer.status}: ${answer.text}`);
  }

  /** Waits for work as long as the platform lets it wait. */
  async next(): Promise<WriteCommand | null> {
    return ((await this.call('GET', '/api/v1/agent/commands')).body as Polled).command;
  }

  /** The same, naming all that it has begun. */
  async ask(...holding: readonly string[]): Promise<WriteCommand | null> {
    return ((await this.call('POST', '/api/v1/agent/commands', { holding })).body as Polled).command;
  }

  /**
   * Asks for work as if it waited, so that it counts as alive.
   * @returns ends the question, and tells what was answered until then
   */
  async breathe(): Promise<() => Polled | undefined> {
    // The clock may have been moved since.
    await this.again(randomUUID());
    const gone = new AbortController();
    const path = '/api/v1/agent/commands';
    const headers = this.headers('GET', path);
    let answered: Polled | undefined;
    void fetch(this.person.url + path, { headers, signal: gone.signal })
      .then(async (answer) => (answered = (await answer.json()) as Polled))
      .catch(() => undefined);
    return () => {
      gone.abort();
      return answered;
    };
  }

  async again(writebackId: string): Promise<WriteCommand | null> {
    return ((await this.call('POST', `/api/v1/agent/commands/${writebackId}`)).body as Polled).command;
  }

  /** What was sealed for this agent; undefined when it does not open as what the command says. */
  async open(command: WriteCommand, changed: Partial<WriteCommand> = {}): Promise<string | undefined> {
    const { tenantId, platformKey } = this.enrolled;
    const { accountId, recoveryId, writebackId, userId, epoch, deadline } = { ...command, ...changed };
    const info = { tenantId, accountId, recoveryId, writebackId, userId, epoch, deadline };
    const own = { keyId: this.pair.keyId, key: this.pair.privateKey };
    return command.sealed ? openPassword(command.sealed, info, platformKey, own) : undefined;
  }

  /** A sealing key lives a day. */
  async renew(): Promise<void> {
    await this.again(randomUUID());
    this.pair = await newPair(new Date());
    await this.call('POST', '/api/v1/agent/keys', { sealingKey: this.pair.publicKey });
  }

  /** @returns itself as it was before, with the former key */
  async replaceIdentity(): Promise<ScriptedAgent> {
    const next = newIdentityKey();
    const { status, text } = await this.call('POST', '/api/v1/agent/keys', { identityKey: next.publicKey });
    if (status !== 200) throw new Error(`keys answered ${status}: ${text}`);
    const former = new ScriptedAgent(this.person, this.enrolled, this.identity, this.pair);
    this.identity = next;
    return former;
  }

  /** How it is, as an agent tells every minute. */
  tell(directory: Partial<ReportedDirectory> = {}, troubles: AgentReport['troubles'] = []): Promise<Answer<Any>> {
    const report: AgentReport = {
      version: '0.0.1',
      machine: 'scripted-agent',
      directory: {
        kind: 'openldap',
        host: 'ldap.contoso.example:636',
        fenceAttribute: 'employeeNumber',
        fenced: true,
        protectedGroups: 1,
        state: 'ready',
        since: new Date(this.#now() * 1000).toISOString(),
        ...directory,
      },
      troubles,
    };
    return this.call('POST', '/api/v1/agent/report', report);
  }

  report(writebackId: string, result: WritebackResult, more: Partial<Receipt> = {}): Promise<Answer<Any>> {
    const doneAt = new Date(this.#now() * 1000).toISOString();
    const receipt = { writebackId, result, writes: result === 'succeeded' ? 1 : 0, fenced: true, doneAt, ...more };
    return this.call('POST', '/api/v1/agent/receipts', receipt);
  }

  #now = (): number => Math.floor((Date.now() + this.#ahead) / 1000);
}
