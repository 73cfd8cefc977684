import { createHash } from 'node:crypto';

/**
 * What stands in the fence attribute: which reset wrote last. It is exchanged in the same Modify that sets the password, so
 * the directory itself refuses a replay and an older reset that comes late.
 */
export interface Fence {
  /** The account's epoch: of two resets of one account, the one with the higher number is the later. */
  readonly epoch: number;
  readonly writebackId: string;
  /** Of a reset that writes more than once, from 1. */
  readonly step: number;
  /** Tells one account of this person from another, whose epochs say nothing: of another installation, or one that is gone. */
  readonly account?: string | undefined;
}

/** Six hex digits: as much as tells a few accounts of one person apart, in an attribute with little room. */
export const accountTag = (accountId: string): string =>
  createHash('sha256').update(accountId).digest('hex').slice(0, 6);

export const fenceText = ({ epoch, writebackId, step, account }: Fence): string =>
  ['keyturn', epoch, writebackId, step, ...(account === undefined ? [] : [account])].join(':');

/** As long as a fence can get. */
export const longestFence = 'keyturn:'.length + 15 + 1 + 36 + 1 + 2 + 1 + 6;

export function fenceIn(text: string): Fence | undefined {
  const parts = /^keyturn:(\d{1,15}):([0-9a-f-]{36}):(\d{1,2})(?::([0-9a-f]{6}))?$/.exec(text) ?? [];
  const [, epoch, writebackId, step, account] = parts;
  return writebackId ? { epoch: Number(epoch), writebackId, step: Number(step), account } : undefined;
}

/**
 * What a value found says about a write of ours.
 * - `done`: this step, or a later one of the same reset, was written
 * - `stale`: a later reset was faster
 * - `before`: nothing there (`null`), something foreign, another account's, or an earlier reset: this write may replace it
 */
export function standing(found: string | null, wanted: Fence): 'done' | 'stale' | 'before' {
  const there = found === null ? undefined : fenceIn(found);
  if (!there || there.epoch < wanted.epoch) return 'before';
  if (there.writebackId === wanted.writebackId && there.epoch === wanted.epoch)
    return there.step >= wanted.step ? 'done' : 'before';
  // What has no account in it is of an earlier release.
  return there.account === undefined || there.account === wanted.account ? 'stale' : 'before';
}
