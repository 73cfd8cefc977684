import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { SimulatedDirectory } from '#apps/outside/directory/simulated-directory';
import { Agents } from '#libs/commands/agents/agents';
import { VouchedKeys } from '#libs/commands/agents/vouched-keys';
import type { Infrastructure } from '#libs/commands/infrastructure';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { agent } from '#libs/domain/agent/agent';
import { execute } from '#libs/eventstore/execute';
import { demoDirectoryDomain, demoProtectedGroup } from './demo-directory.js';

/** Milliseconds a start may wait for it; then people are let in without. */
const patienceMs = 15_000;
/** Milliseconds for an agent to notice that the clock was moved. */
const lookUpMs = 5_000;
const againMs = 1_000;

/** The agent of the demo's directory: a process of its own, as at a customer's, that ends with this one. */
export class DemoAgent {
  readonly #agents: Agents;
  #child: ChildProcess | undefined;
  #stopped = false;
  #patience = Infinity;
  #linked = false;

  constructor(
    private readonly infrastructure: Infrastructure,
    private readonly logger: Logger,
    private readonly dataDir: string,
  ) {
    const { store, vault, agentPolls, clock } = infrastructure;
    this.#agents = new Agents(store, vault, agentPolls, new VouchedKeys(vault), clock);
  }

  /** Enrols it when it has no identity yet. */
  async start(apiUrl: string, directory: SimulatedDirectory): Promise<void> {
    this.#patience = performance.now() + patienceMs;
    const own = join(this.dataDir, 'outside-agent');
    await mkdir(own, { recursive: true, mode: 0o700 });
    const ca = join(own, 'directory.pem');
    await writeFile(ca, directory.ca);
    const enrolled = await stat(join(own, 'identity.json')).catch(() => undefined);
    const code = enrolled ? undefined : await this.#enrolmentCode();
    const env = {
      PATH: process.env.PATH,
      AGENT_API_URL: apiUrl,
      AGENT_DATA_DIR: own,
      ...(code && { AGENT_ENROLMENT_CODE: code }),
      LDAP_KIND: 'openldap',
      LDAP_URL: directory.url,
      LDAP_CA_FILE: ca,
      LDAP_BASE_DN: directory.baseDn,
      LDAP_BIND_DN: directory.service.dn,
      LDAP_BIND_PASSWORD: directory.service.password,
      LDAP_FENCE_ATTRIBUTE: 'employeeNumber',
      LDAP_PROTECTED_GROUPS: `cn=${demoProtectedGroup},${directory.baseDn}`,
    };
    this.#launch(env);
  }

  /** Answers once the demo's hybrid people can recover, or after a while without them. @throws until then */
  async ready(): Promise<void> {
    if (this.#linked || performance.now() > this.#patience) return;
    const { directory } = this.infrastructure;
    const tenantId = await this.#tenantId();
    const accountId = await directory.lookup(tenantId, `hybrid.user@${demoDirectoryDomain}`);
    const linked = accountId !== undefined && (await this.#agents.userIdOf(accountId)) !== undefined;
    if (!linked || (await this.#agents.live(tenantId)).length === 0) throw new Error('the agent is not there yet');
    this.#linked = true;
  }

  /** The clock was moved: the agent asks for the time, and is heard of at that time. */
  async lookUp(): Promise<void> {
    if (!this.#child?.connected || !this.#linked) return;
    this.#child.send('look-up');
    const tenantId = await this.#tenantId();
    const until = performance.now() + lookUpMs;
    while (performance.now() < until && (await this.#agents.live(tenantId)).length === 0) await sleep(20);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resume) => child.once('exit', () => resume()));
    child.kill('SIGTERM');
    await gone;
  }

  #launch(env: NodeJS.ProcessEnv): void {
    const main = join(import.meta.dirname, '../../agent/main.js');
    // What it holds is small; a small heap keeps it so.
    const child = spawn(process.execPath, ['--max-old-space-size=64', '--max-semi-space-size=1', main, 'run'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface(stream).on('line', (line) => this.logger.debug({ line }, 'the demo agent says'));
    }
    child.once('exit', (code) => {
      if (this.#stopped) return;
      this.logger.warn({ code }, 'the demo agent ended and is started again');
      setTimeout(() => !this.#stopped && this.#launch(env), againMs).unref();
    });
    child.on('error', (err) => this.logger.warn({ err }, 'the demo agent cannot be started'));
  }

  async #enrolmentCode(): Promise<string> {
    const { store, tokens, clock } = this.infrastructure;
    const agentId = randomUUID();
    const tenantId = await this.#tenantId();
    const command = { type: 'CreateAgent', data: { agentId, tenantId, now: clock.now().toISOString() } } as const;
    const context = {
      commandId: randomUUID(),
      correlationId: agentId,
      actor: { kind: 'system', id: 'demo' },
    } as const;
    await execute(store, agent, agentId, command, context, { presume: 'no-stream' });
    return tokens.enrolmentCode({ agentId, tenantId });
  }

  async #tenantId(): Promise<string> {
    const tenantId = await new ReadModelDomains(this.infrastructure.readModels).tenantOf(demoDirectoryDomain);
    if (tenantId === undefined) throw new Error('the demo tenant is not there yet');
    return tenantId;
  }
}
