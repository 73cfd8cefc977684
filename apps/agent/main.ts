import { Agent } from './agent.js';
import { AgentSettingsRefused, readAgentSettings } from './settings.js';

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const agent = new Agent(readAgentSettings(process.env), (event, details) =>
    print({ at: new Date().toISOString(), event, ...details }),
  );
  // Started by the product itself for a demonstration: it ends with it, and looks up when its clock was moved.
  if (process.send) process.on('disconnect', () => stopping.abort()).on('message', () => agent.lookUp());
  await agent.run(stopping.signal);
  process.exit(0);
} catch (error) {
  process.stderr.write(`\nThe agent did not start.\n${(error as Error).message}\n`);
  process.exit(error instanceof AgentSettingsRefused ? 2 : 1);
}
