/**
 * What stands in the fence attribute: which reset wrote last. It is exchanged in the same Modify that sets the password, so
 * the directory itself refuses a replay and an older reset that comes late.
 */
export interface Fence {
  /** The account's epoch: of two resets, the one with the higher number is the later. */
  readonly epoch: number;
  readonly writebackId: string;
  /** Of a reset that writes more than once, from 1. */
  readonly step: number;
}

export const fenceText = ({ epoch, writebackId, step }: Fence): string => `keyturn:${epoch}:${writebackId}:${step}`;

export function fenceIn(text: string): Fence | undefined {
  const [, epoch, writebackId, step] = /^keyturn:(\d{1,15}):([0-9a-f-]{36}):(\d{1,2})$/.exec(text) ?? [];
  return writebackId ? { epoch: Number(epoch), writebackId, step: Number(step) } : undefined;
}

/**
 * What a value found says about a write of ours.
 * - `done`: this step, or a later one of the same reset, was written
 * - `stale`: a later reset was faster
 * - `before`: nothing there (`null`), something foreign, or an earlier reset: this write may replace it
 */
export function standing(found: string | null, wanted: Fence): 'done' | 'stale' | 'before' {
  const there = found === null ? undefined : fenceIn(found);
  if (!there || there.epoch < wanted.epoch) return 'before';
  if (there.epoch > wanted.epoch || there.writebackId !== wanted.writebackId) return 'stale';
  return there.step >= wanted.step ? 'done' : 'before';
}
