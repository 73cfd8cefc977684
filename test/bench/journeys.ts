import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';
import { masterKeyFile } from '#libs/vault/master-key-file';
import { startProduct, type Product } from '../support/product.js';
import { startRedis } from '../support/redis-server.js';
import { percentile } from '../support/statistics.js';
import { cpuOf, memoryOf, ownCpuOf } from './cpu.js';
import { MailSink } from './mail-sink.js';
import { seedBench } from './seed.js';

export type Backend = 'embedded' | 'redis';

const people = 240;
const steps = ['start', 'challenge', 'mail', 'answer', 'password'] as const;
type Step = (typeof steps)[number];

/**
 * Whole journeys through the running product: start, challenge, code by mail, answer, new password; notices included,
 * CAPTCHA off, the contact typed as the default policy asks. CPU is the product's and PostgreSQL's; this process, which
 * drives and catches mail, is not counted.
 */
export async function benchJourneys(backend: Backend, journeys: number): Promise<Record<string, number>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  await chmod(dataDir, 0o711);
  const sink = await MailSink.start();
  const redis = backend === 'redis' ? await startRedis() : undefined;
  await prepare(dataDir);
  const product = await startProduct({
    KEYTURN_DATA_DIR: dataDir,
    KEYTURN_LOG_LEVEL: 'warn',
    KEYTURN_TRUSTED_PROXIES: '127.0.0.1',
    SMTP_URL: sink.url,
    ...(redis && { REDIS_URL: redis.url }),
    // Such as --cpu-prof --cpu-prof-dir=.bench, to see where the time goes.
    NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS ?? '',
  });
  try {
    await run(product, sink, 30, 16);
    const [one, many] = [await run(product, sink, Math.ceil(journeys / 4), 1), await run(product, sink, journeys, 16)];
    const oneHash = await hashCpu();
    return {
      'journeys/s, 1 in flight': one.rate,
      'journeys/s, 16 in flight': many.rate,
      ...latencies(one.times, '1 in flight'),
      ...latencies(many.times, '16 in flight'),
      'CPU ms per journey, 1 in flight': one.cpu,
      'CPU ms per journey, 16 in flight': many.cpu,
      'of that PostgreSQL, 16 in flight': many.cpu - many.ownCpu,
      'CPU ms of one argon2id hash': oneHash,
      'CPU per journey in hashes': many.cpu / oneHash,
      'CPU ms per journey minus one hash': many.cpu - oneHash,
      'memory MiB (PSS)': memoryOf(product.pid),
    };
  } finally {
    await product.remove();
    await redis?.stop();
    await sink.close();
  }
}

async function prepare(dataDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  const store = await startEmbeddedEventStore({ databaseUrl: postgres.url });
  await seedBench(postgres.url, store.url, await masterKeyFile(join(dataDir, 'master-key')), people);
  await store.close();
  await postgres.stop();
}

interface Run {
  readonly rate: number;
  /** milliseconds of CPU per journey */
  readonly cpu: number;
  /** without PostgreSQL's */
  readonly ownCpu: number;
  readonly times: Record<Step, number[]>;
}

let next = 0;

async function run(product: Product, sink: MailSink, journeys: number, inFlight: number): Promise<Run> {
  const times = Object.fromEntries(steps.map((step) => [step, []])) as unknown as Record<Step, number[]>;
  const [cpu, own, began] = [cpuOf(product.pid), ownCpuOf(product.pid), performance.now()];
  let left = journeys;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await journey(product.url, sink, next++, times);
    }),
  );
  const ms = performance.now() - began;
  await settled(sink);
  return {
    rate: (journeys * 1000) / ms,
    cpu: (cpuOf(product.pid) - cpu) / journeys,
    ownCpu: (ownCpuOf(product.pid) - own) / journeys,
    times,
  };
}

async function journey(url: string, sink: MailSink, n: number, times: Record<Step, number[]>): Promise<void> {
  const person = n % people;
  const contact = `person.${person}@home.example`;
  const headers = { 'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` };
  const timed = async (step: Step, path: string, body: object, token?: string): Promise<Record<string, string>> => {
    const began = performance.now();
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    const json = (await answer.json()) as Record<string, string>;
    times[step].push(performance.now() - began);
    if (!answer.ok) throw new Error(`${step} answered ${answer.status} ${json.code}`);
    return json;
  };
  const username = `person.${person}@bench.example`;
  const started = await timed('start', '/api/v1/recoveries', { username, reason: 'forgot-password' });
  const [path, token] = [`/api/v1/recoveries/${started.recoveryId}`, started.recoveryToken];
  const clicked = performance.now();
  const mailed = sink.code(contact);
  const { challengeId } = await timed('challenge', `${path}/challenges`, { method: 'email', contact }, token);
  const { code, at } = await mailed;
  times.mail.push(at - clicked);
  await timed('answer', `${path}/challenges/${challengeId}/answer`, { code }, token);
  await timed('password', `${path}/password`, { newPassword: `Lantern-Harbour-${n}!` }, token);
}

/** The notices of the last journeys are part of them. */
async function settled(sink: MailSink): Promise<void> {
  for (let before = -1; before !== sink.mails;) {
    before = sink.mails;
    await new Promise((resume) => setTimeout(resume, 300));
  }
}

async function hashCpu(): Promise<number> {
  const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
  const before = process.cpuUsage();
  for (let n = 0; n < 20; n++) await hash(`Lantern-Harbour-${n}!`, cost);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / 20;
}

const latencies = (times: Record<Step, number[]>, name: string): Record<string, number> =>
  Object.fromEntries(
    steps.flatMap((step) => {
      const label = step === 'mail' ? 'click to SMTP DATA' : step;
      return [50, 99].map((p) => [`${label} p${p} ms, ${name}`, percentile(times[step], p)]);
    }),
  );
