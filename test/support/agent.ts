import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DirectoryOptions } from '#libs/directory/directory-options';
import { until } from './until.js';

export interface RunningAgent {
  readonly dataDir: string;
  readonly pid: number;
  /** What it printed, line by line. */
  lines(): { event: string; result?: string }[];
  /** Its settings, for another command. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything it printed, also before it was started again. */
  printed(): string;
  /** Everything it printed and keeps. */
  seen(): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export interface AgentEnvironment {
  readonly apiUrl: string;
  readonly enrolmentCode: string;
  readonly directory: DirectoryOptions;
  /** Further settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The built agent as it runs in a customer's network: a process of its own, with nothing of ours but an address. */
export async function startAgent({
  apiUrl,
  enrolmentCode,
  directory,
  env: more = {},
}: AgentEnvironment): Promise<RunningAgent> {
  const dataDir = await mkdtemp(join(tmpdir(), 'keyturn-agent-'));
  const caFile = join(dataDir, 'ca.pem');
  if (directory.ca) await writeFile(caFile, directory.ca);
  const env = {
    PATH: process.env.PATH ?? '',
    AGENT_API_URL: apiUrl,
    AGENT_ENROLMENT_CODE: enrolmentCode,
    AGENT_DATA_DIR: dataDir,
    LDAP_KIND: directory.kind,
    LDAP_URL: directory.url,
    ...(directory.ca && { LDAP_CA_FILE: caFile }),
    LDAP_BASE_DN: directory.baseDn,
    LDAP_BIND_DN: directory.bindDn,
    LDAP_BIND_PASSWORD: directory.bindPassword,
    LDAP_FENCE_ATTRIBUTE: directory.fenceAttribute,
    LDAP_PROTECTED_GROUPS: directory.protectedGroups.join(';'),
    ...more,
  };
  let output = '';
  let earlier = '';
  let child: ChildProcess;
  const launch = (): void => {
    child = spawn(join(process.cwd(), 'node_modules/.bin/node'), ['dist/apps/agent/main.js'], { env });
    child.stdout!.on('data', (chunk) => (output += chunk));
    child.stderr!.on('data', (chunk) => (output += chunk));
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resume) => child.once('exit', () => resume()));
    child.kill(signal);
    await gone;
  };
  const started = () => output.includes('"started"') || child.exitCode !== null;
  launch();
  await until('the agent has started', started, 30_000);
  if (child!.exitCode !== null) throw new Error(`the agent did not start: ${output}`);
  return {
    dataDir,
    get pid() {
      return child.pid!;
    },
    lines: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { event: string }),
    signal: (signal) => void child.kill(signal),
    stop: () => stop(),
    env,
    printed: () => earlier + output,
    async seen() {
      const files = (await readdir(dataDir, { recursive: true })).filter((file) => file.endsWith('.json'));
      const texts = await Promise.all(files.map((file) => readFile(join(dataDir, file), 'utf8')));
      return [earlier, output, ...texts].join('\n');
    },
    start: async () => {
      earlier += output;
      output = '';
      launch();
      await until('the agent has started', started, 30_000);
    },
    async remove() {
      await stop('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
