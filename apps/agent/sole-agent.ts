import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentSettingsRefused } from './settings.js';

/** Milliseconds for one that is told to stop to end what it has begun. */
const patienceMs = 5_000;
const againMs = 200;

/**
 * Two agents with one data directory would write over each other's keys and journal. Whoever is there listens at a socket in
 * it; one that died leaves the socket, and nobody who answers.
 * @throws AgentSettingsRefused when another agent is running
 */
export async function soleAgentIn(dataDir: string, waitMs = patienceMs): Promise<Server> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const place = placeOf(dataDir);
  const server = createServer((socket) => socket.destroy());
  for (const until = performance.now() + waitMs; ; await sleep(againMs)) {
    // It keeps nobody running.
    if (await listens(server, place)) return server.unref();
    if (!(await answers(place))) await rm(place, { force: true });
    else if (performance.now() >= until) throw running(dataDir);
  }
}

const running = (dataDir: string): AgentSettingsRefused =>
  new AgentSettingsRefused(
    `Another agent runs with AGENT_DATA_DIR ${dataDir}: stop it, or enrol this one as an agent of its own in another folder.`,
  );

/** A socket's name may be a hundred bytes long; Windows has pipes, which end with whoever made them. */
function placeOf(dataDir: string): string {
  const named = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\keyturn-agent-${named}`;
  const place = join(dataDir, 'agent.sock');
  const fitting = [place, relative('', place)].find((path) => Buffer.byteLength(path) <= 100);
  return fitting ?? join(tmpdir(), `keyturn-agent-${named}.sock`);
}

async function listens(server: Server, place: string): Promise<boolean> {
  try {
    await once(server.listen(place), 'listening');
    return true;
  } catch (error) {
    // There are file systems without sockets: nobody listens there, and nobody is kept from starting.
    return (error as NodeJS.ErrnoException).code !== 'EADDRINUSE';
  }
}

function answers(place: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(place);
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}
