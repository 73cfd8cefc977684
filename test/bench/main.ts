import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { benchEventStore } from './eventstore.js';
import { benchJourneys } from './journeys.js';
import { benchProjector } from './projector.js';
import { benchWriteback } from './writeback.js';

const journeys = Number(process.env.KEYTURN_BENCH_JOURNEYS ?? 400);
const chosen = process.argv.slice(2);
const parts: Record<string, () => Promise<Record<string, number>>> = {
  'embedded event store': () => benchEventStore(),
  projector: () => benchProjector(),
  'journeys, queues on Redis': () => benchJourneys('redis', journeys),
  'journeys, embedded': () => benchJourneys('embedded', journeys),
  writeback: () => benchWriteback(Number(process.env.KEYTURN_BENCH_WRITEBACKS ?? 100)),
};

const figures: Record<string, Record<string, number>> = {};
for (const [name, run] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.some((part) => name.includes(part))) continue;
  console.log(`\n${name}`);
  figures[name] = await run();
  for (const [figure, value] of Object.entries(figures[name])) console.log(`  ${figure.padEnd(55)}${short(value)}`);
}

await mkdir('.bench', { recursive: true });
const file = `.bench/${new Date().toISOString().replaceAll(':', '-')}.json`;
await writeFile(file, JSON.stringify({ cores: cpus().length, node: process.version, figures }, null, 2));
console.log(`\nwritten to ${file}`);
process.exit(0);

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
