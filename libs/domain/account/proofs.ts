import type { Family } from '../methods.js';
import { hours, isBefore, later, plus, type Instant } from '../time.js';
import type { Limits } from '../tenant/policy.js';

/** One try at a proof, counted before it is compared. Unsettled counts as spent. */
export interface Proof {
  readonly reservationId: string;
  readonly recoveryId: string;
  readonly family: Family;
  /** Keyed token of the client's IPv4 address or IPv6 /64. */
  readonly source: string;
  /** The recovery had matched a typed contact or passed a gate before this try. */
  readonly proven: boolean;
  /** The account signed in or recovered from this source within 90 days. */
  readonly familiar?: boolean;
  readonly at: Instant;
  readonly result?: 'passed' | 'failed';
}

/** The tries of one account (or of one unknown name) within the last 24 hours, and what they led to. */
export interface ProofLedger {
  readonly proofs: readonly Proof[];
  /** Until when recovery through a family, or through all of them, is blocked. */
  readonly blocks: Readonly<Partial<Record<Family | 'all', Instant>>>;
}

export interface Block {
  readonly family: Family | 'all';
  readonly until: Instant;
}

export interface Try {
  readonly recoveryId: string;
  readonly family: Family;
  readonly source: string;
  readonly proven: boolean;
  readonly familiar?: boolean;
}

export const emptyLedger: ProofLedger = { proofs: [], blocks: {} };

const windowMs = hours(24);

export const reserved = (ledger: ProofLedger, proof: Proof): ProofLedger => ({
  ...ledger,
  proofs: [...ledger.proofs.filter(({ at }) => isBefore(proof.at, plus(at, windowMs))), proof],
});

export const settled = (
  ledger: ProofLedger,
  reservationId: string,
  result: 'passed' | 'failed',
  block?: Block,
): ProofLedger => ({
  proofs: ledger.proofs.map((proof) => (proof.reservationId === reservationId ? { ...proof, result } : proof)),
  blocks: block
    ? { ...ledger.blocks, [block.family]: later(block.until, ledger.blocks[block.family] ?? block.until) }
    : ledger.blocks,
});

/** Until when this try is refused, and how much of the account that covers; undefined when it may be made. */
export function blockOf(ledger: ProofLedger, attempt: Try, limits: Limits, now: Instant): Block | undefined {
  const standing = standingBlock(ledger, attempt.family, now);
  if (standing) return standing;
  const spent = spentProofs(ledger, now);
  const inRecovery = spent.filter((p) => p.recoveryId === attempt.recoveryId && p.family === attempt.family);
  if (inRecovery.length >= limits.failuresPerFamily) return full(inRecovery, limits.failuresPerFamily, attempt.family);
  return attempt.proven ? accountBlock(spent, limits) : sourceBlock(ledger, attempt.source, limits, now);
}

/**
 * Guessing spread over many sources: after so many failures of strangers together, an app's code or a question is no first
 * gate for them any more. Mail still is: it goes to the owner. Nothing is blocked, and familiar sources notice nothing.
 */
export function closedToStrangers(
  ledger: ProofLedger,
  { proven, familiar, family }: Pick<Try, 'proven' | 'familiar' | 'family'>,
  limits: Limits,
  now: Instant,
): boolean {
  if (proven || familiar || (family !== 'app' && family !== 'questions')) return false;
  return spentProofs(ledger, now).filter((p) => !p.proven && !p.familiar).length >= limits.failuresUnfamiliar;
}

/** A source that failed too often without ever proving anything, whatever family it tries. */
export function sourceBlock(ledger: ProofLedger, source: string, limits: Limits, now: Instant): Block | undefined {
  const spent = spentProofs(ledger, now).filter((p) => !p.proven && p.source === source);
  return spent.length < limits.failuresPerSource ? undefined : full(spent, limits.failuresPerSource, 'all');
}

/** The block that this failure brings upon the account; strangers who proved nothing bring none. */
export function blockBroughtBy(ledger: ProofLedger, attempt: Try, limits: Limits, now: Instant): Block | undefined {
  if (!attempt.proven) return undefined;
  const spent = spentProofs(ledger, now);
  const until = plus(now, hours(limits.blockHours));
  if (spent.filter((p) => p.proven).length >= limits.failuresPerAccount) return { family: 'all', until };
  const inFamily = spent.filter((p) => p.recoveryId === attempt.recoveryId && p.family === attempt.family);
  return inFamily.length >= limits.failuresPerFamily ? { family: attempt.family, until } : undefined;
}

export function standingBlock(ledger: ProofLedger, family: Family, now: Instant): Block | undefined {
  for (const scope of ['all', family] as const) {
    const until = ledger.blocks[scope];
    if (until && isBefore(now, until)) return { family: scope, until };
  }
  return undefined;
}

function accountBlock(spent: readonly Proof[], limits: Limits): Block | undefined {
  const proven = spent.filter((p) => p.proven);
  return proven.length < limits.failuresPerAccount ? undefined : full(proven, limits.failuresPerAccount, 'all');
}

const spentProofs = (ledger: ProofLedger, now: Instant): readonly Proof[] =>
  ledger.proofs.filter((p) => p.result !== 'passed' && isBefore(now, plus(p.at, windowMs)));

/** The limit frees itself when the oldest of the tries that filled it leaves the window. */
const full = (spent: readonly Proof[], limit: number, family: Family | 'all'): Block => ({
  family,
  until: plus(spent[spent.length - limit]!.at, windowMs),
});
