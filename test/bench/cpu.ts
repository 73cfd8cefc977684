import { readFileSync, readdirSync } from 'node:fs';

const ticksPerSecond = 100;

/** CPU milliseconds spent so far by a process and all below it, ended children included (Linux, proc(5)). */
export function cpuOf(pid: number): number {
  const stats = allStats();
  const below = new Set([pid]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [child, { parent }] of stats) {
      if (!below.has(child) && below.has(parent)) grown = !!below.add(child);
    }
  }
  const ticks = [...below].reduce((sum, id) => sum + (stats.get(id)?.ticks ?? 0), 0);
  return (ticks * 1000) / ticksPerSecond;
}

/** CPU milliseconds spent so far by this process alone. */
export const ownCpuOf = (pid: number): number => {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
};

/** Proportional set size of a process and all below it, MiB. */
export function memoryOf(pid: number): number {
  const stats = allStats();
  const below = [...stats.keys()].filter((id) => isBelow(id, pid, stats));
  const kib = below.map((id) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0));
  return kib.reduce((sum, one) => sum + one, 0) / 1024;
}

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

function allStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = read(`/proc/${name}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    if (fields.length < 16) continue;
    const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number) as [number, number, number, number];
    stats.set(Number(name), { parent: Number(fields[1]), ticks: user + system + childUser + childSystem });
  }
  return stats;
}

function isBelow(id: number, ancestor: number, stats: Map<number, Stat>): boolean {
  for (let at: number | undefined = id; at; at = stats.get(at)?.parent) if (at === ancestor) return true;
  return false;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
