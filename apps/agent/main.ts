import { Agent } from './agent.js';
import { anyFailed, examine, findingsText } from './doctor.js';
import { lineOf } from './events.js';
import { AgentSettingsRefused, readAgentSettings } from './settings.js';

const usage = `keyturn-agent [run]              carries resets to the directory until it is told to stop
keyturn-agent doctor [--json]    examines settings, network, certificate, rights and keys; changes nothing
`;

async function run(): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const report = (...[event, details]: Parameters<ConstructorParameters<typeof Agent>[1]>): void =>
    void process.stdout.write(lineOf(event, new Date(), details));
  const agent = new Agent(readAgentSettings(process.env), report);
  // Started by the product itself for a demonstration: it ends with it, and looks up when its clock was moved.
  if (process.send) process.on('disconnect', () => stopping.abort()).on('message', () => agent.lookUp());
  await agent.run(stopping.signal);
  return 0;
}

async function doctor(json: boolean): Promise<number> {
  const findings = await examine(readAgentSettings(process.env));
  process.stdout.write(
    json ? `${JSON.stringify({ ok: !anyFailed(findings), findings }, null, 2)}\n` : `${findingsText(findings)}\n`,
  );
  return anyFailed(findings) ? 1 : 0;
}

try {
  if (Number(process.versions.node.split('.')[0]) < 22) {
    process.stderr.write(`The agent needs Node.js 22 or later, and this is ${process.version}.\n`);
    process.exit(2);
  }
  const [command = 'run', ...options] = process.argv.slice(2);
  const known =
    (command === 'run' && options.length === 0) || (command === 'doctor' && options.every((o) => o === '--json'));
  if (!known) {
    process.stderr.write(usage);
    process.exit(2);
  }
  process.exit(command === 'doctor' ? await doctor(options.includes('--json')) : await run());
} catch (error) {
  process.stderr.write(`\nThe agent did not start.\n${(error as Error).message}\n`);
  process.exit(error instanceof AgentSettingsRefused ? 2 : 1);
}
