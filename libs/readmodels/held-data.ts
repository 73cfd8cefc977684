import type { DataKind, Superseded } from '#libs/domain/account/retention';
import { isBefore, type Instant } from '#libs/domain/time';

/** A vault row that an account refers to. */
interface Held {
  readonly ref: string;
  readonly what: DataKind;
}

interface Hash {
  readonly credentialId: string;
  /** null: in a directory, or destroyed; its place is kept, because the history counts places */
  readonly ref: string | null;
  /** null: the current one */
  readonly supersededAt: Instant | null;
}

/** What an account's vault rows are good for. Never changed, only replaced. */
export interface HeldData {
  /** by what holds them */
  readonly held: Readonly<Record<string, Held>>;
  /** of passwords, newest first */
  readonly hashes: readonly Hash[];
  /** what nothing holds any more, hashes aside */
  readonly superseded: readonly Superseded[];
}

export const nothingHeld: HeldData = { held: {}, hashes: [], superseded: [] };

export const hold = (data: HeldData, holder: string, value: Held, at: Instant): HeldData => {
  const { [holder]: before, ...others } = data.held;
  const held = { ...others, [holder]: value };
  return superseding({ ...data, held, superseded: without(data.superseded, value.ref) }, before, at);
};

export const release = (data: HeldData, holders: readonly string[], at: Instant): HeldData =>
  holders.reduce((left, holder) => {
    const { [holder]: before, ...held } = left.held;
    return superseding({ ...left, held }, before, at);
  }, data);

/** Held by nothing unless it is confirmed before that time. */
export const offer = (data: HeldData, value: Held, until: Instant): HeldData =>
  superseding({ ...data, superseded: without(data.superseded, value.ref) }, value, until);

export const setPassword = (data: HeldData, credentialId: string, ref: string, at: Instant): HeldData => ({
  ...data,
  hashes: [
    { credentialId, ref, supersededAt: null },
    ...data.hashes.map((hash) => ({ ...hash, supersededAt: hash.supersededAt ?? at })),
  ],
});

/** The password lies in a directory from now on; what was current here is no part of the history. */
export function writePassword(data: HeldData, credentialId: string, at: Instant): HeldData {
  const [current, former] = currentAndFormer(data);
  const before = current?.ref ? { ref: current.ref, what: 'password' as const } : undefined;
  const hashes = trimmed([{ credentialId, ref: null, supersededAt: null }, ...former]);
  return superseding({ ...data, hashes }, before, at);
}

/** What was disowned is compared with until another one is. */
export function disown(data: HeldData, credentialId: string | null, at: Instant): HeldData {
  const [current, hashes] = currentAndFormer(data);
  const released = release({ ...data, hashes: trimmed(hashes) }, ['disowned'], at);
  return current?.ref && current.credentialId === credentialId
    ? hold(released, 'disowned', { ref: current.ref, what: 'password' }, at)
    : released;
}

export function destroy(data: HeldData, refs: readonly string[]): HeldData {
  const gone = new Set(refs);
  const hashes = data.hashes.map((hash) => (hash.ref !== null && gone.has(hash.ref) ? { ...hash, ref: null } : hash));
  return {
    ...data,
    hashes: trimmed(hashes),
    superseded: data.superseded.filter(({ ref }) => !gone.has(ref)),
  };
}

/** Everything that was superseded, but for so many of the newest hashes. */
export const supersededIn = ({ hashes, superseded }: HeldData, hashesKept: number): readonly Superseded[] => [
  ...superseded,
  ...hashes
    .slice(hashesKept)
    .flatMap(({ ref, supersededAt }) =>
      ref !== null && supersededAt !== null ? [{ ref, what: 'password' as const, supersededAt }] : [],
    ),
];

/** Since when the oldest has been superseded: of hashes, and of everything else. */
export const oldestIn = ({ hashes, superseded }: HeldData): { hashes: Instant | null; others: Instant | null } => ({
  hashes: hashes.at(-1)?.supersededAt ?? null,
  others: superseded.reduce<Instant | null>(
    (oldest, { supersededAt }) => (oldest !== null && isBefore(oldest, supersededAt) ? oldest : supersededAt),
    null,
  ),
});

/** One row may be held twice: a number is good for messages and for calls. */
function superseding(data: HeldData, value: Held | undefined, supersededAt: Instant): HeldData {
  if (!value || Object.values(data.held).some(({ ref }) => ref === value.ref)) return data;
  const { ref, what } = value;
  return { ...data, superseded: [...without(data.superseded, ref), { ref, what, supersededAt }] };
}

const without = (values: readonly Superseded[], gone: string): readonly Superseded[] =>
  values.filter(({ ref }) => ref !== gone);

function currentAndFormer({ hashes }: HeldData): [Hash | undefined, readonly Hash[]] {
  const [first, ...others] = hashes;
  return first?.supersededAt === null ? [first, others] : [undefined, hashes];
}

const trimmed = (hashes: readonly Hash[]): readonly Hash[] =>
  hashes.slice(0, hashes.findLastIndex(({ ref }) => ref !== null) + 1);
