import { presets, type Limits } from '../tenant/policy.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import { blockBroughtBy, blockOf, emptyLedger, reserved, settled, sourceBlock, standingBlock } from './proofs.js';
import type { Proof, ProofLedger, Try } from './proofs.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const minute = (n: number): Instant => plus(start, minutes(n));
const { limits } = presets.hardened;

const attempt = (changes: Partial<Try> = {}): Try => ({
  recoveryId: 'recovery-1',
  family: 'email',
  source: 'source-1',
  proven: false,
  ...changes,
});
/** As many failed tries, one a minute, each in its own recovery unless told. */
const failing = (count: number, changes: Partial<Try> = {}, from = 0): Proof[] =>
  Array.from({ length: count }, (_, i) => ({
    ...attempt({ recoveryId: `recovery-${from + i}`, ...changes }),
    reservationId: `reservation-${from + i}`,
    at: minute(from + i),
    result: 'failed',
  }));
const ledger = (...proofs: Proof[]): ProofLedger => ({ ...emptyLedger, proofs });

describe('blockOf', () => {
  it('lets a first try through', () => expect(blockOf(emptyLedger, attempt(), limits, start)).toBeUndefined());

  it('stops a stranger at five failures against this account, whatever the family or recovery', () => {
    const four = failing(4, { family: 'phone' });
    expect(blockOf(ledger(...four), attempt(), limits, minute(9))).toBeUndefined();
    expect(blockOf(ledger(...failing(5, { family: 'phone' })), attempt(), limits, minute(9))).toEqual({
      family: 'all',
      until: plus(start, hours(24)),
    });
  });

  it('does not make one stranger pay for another', () => {
    const others = failing(5, { source: 'source-2' });
    expect(blockOf(ledger(...others), attempt(), limits, minute(9))).toBeUndefined();
  });

  it('does not count against a stranger what the proven failed from the same place', () => {
    const colleague = failing(5, { proven: true });
    expect(blockOf(ledger(...colleague), attempt({ recoveryId: 'mine' }), limits, minute(9))).toBeUndefined();
  });

  it('does not make the proven pay for strangers', () => {
    expect(
      blockOf(ledger(...failing(19)), attempt({ proven: true, recoveryId: 'mine' }), limits, minute(30)),
    ).toBeUndefined();
  });

  it('G1: stops the proven at ten failures of the account', () => {
    const proven = attempt({ proven: true, source: 'source-9', recoveryId: 'mine' });
    expect(blockOf(ledger(...failing(9, { proven: true })), proven, limits, minute(30))).toBeUndefined();
    expect(blockOf(ledger(...failing(10, { proven: true })), proven, limits, minute(30))).toEqual({
      family: 'all',
      until: plus(start, hours(24)),
    });
  });

  it('G1: stops anybody at five failures of a family within a recovery, proven or not', () => {
    const mine = [...failing(3, { recoveryId: 'mine' }), ...failing(2, { recoveryId: 'mine', proven: true }, 3)];
    const proven = attempt({ proven: true, recoveryId: 'mine' });
    expect(blockOf(ledger(...mine), proven, limits, minute(30))).toMatchObject({ family: 'email' });
    expect(blockOf(ledger(...mine), { ...proven, family: 'phone' }, limits, minute(30))).toBeUndefined();
  });

  it('is refused by a standing block, of the family or of all', () => {
    const blocked: ProofLedger = { proofs: [], blocks: { email: minute(60), all: minute(30) } };
    expect(blockOf(blocked, attempt(), limits, start)).toEqual({ family: 'all', until: minute(30) });
    expect(blockOf(blocked, attempt(), limits, minute(30))).toEqual({ family: 'email', until: minute(60) });
    expect(blockOf(blocked, attempt({ family: 'app' }), limits, minute(30))).toBeUndefined();
    expect(blockOf(blocked, attempt(), limits, minute(60))).toBeUndefined();
  });

  it('frees itself at the very moment it names, however long a block lasts', () => {
    for (const blockHours of [1, 24, 72]) {
      const shorter: Limits = { ...limits, blockHours };
      const full = ledger(...failing(7));
      const block = blockOf(full, attempt({ recoveryId: 'mine' }), shorter, minute(30))!;
      expect(blockOf(full, attempt({ recoveryId: 'mine' }), shorter, plus(block.until, -1))).toBeDefined();
      expect(blockOf(full, attempt({ recoveryId: 'mine' }), shorter, block.until)).toBeUndefined();
    }
  });

  it('G4: counts what nobody settled as spent', () => {
    const unsettled = failing(5).map(({ result: _, ...proof }) => proof);
    expect(blockOf(ledger(...unsettled), attempt(), limits, minute(9))).toBeDefined();
    const passed = failing(5).map((proof) => ({ ...proof, result: 'passed' as const }));
    expect(blockOf(ledger(...passed), attempt(), limits, minute(9))).toBeUndefined();
  });
});

describe('blockBroughtBy', () => {
  it('brings none for a stranger', () => {
    expect(blockBroughtBy(ledger(...failing(20)), attempt(), limits, minute(30))).toBeUndefined();
  });

  it('brings one upon the family, or upon all', () => {
    const proven = attempt({ proven: true, recoveryId: 'mine' });
    const until = plus(minute(30), hours(24));
    const inFamily = ledger(...failing(5, { proven: true, recoveryId: 'mine' }));
    expect(blockBroughtBy(inFamily, proven, limits, minute(30))).toEqual({ family: 'email', until });
    const everywhere = ledger(...failing(10, { proven: true }));
    expect(blockBroughtBy(everywhere, proven, limits, minute(30))).toEqual({ family: 'all', until });
    expect(blockBroughtBy(ledger(...failing(4, { proven: true })), proven, limits, minute(30))).toBeUndefined();
  });
});

describe('the ledger', () => {
  const [proof] = failing(1) as [Proof];

  it('forgets tries that left the window', () => {
    const kept = reserved(ledger(proof), { ...proof, reservationId: 'late', at: plus(start, hours(24) - 1) });
    expect(kept.proofs).toHaveLength(2);
    const forgotten = reserved(ledger(proof), { ...proof, reservationId: 'late', at: plus(start, hours(24)) });
    expect(forgotten.proofs).toHaveLength(1);
  });

  it('never shortens a block', () => {
    const blocked: ProofLedger = { proofs: [], blocks: { email: minute(60) } };
    expect(settled(blocked, 'any', 'failed', { family: 'email', until: minute(30) }).blocks.email).toBe(minute(60));
    expect(settled(blocked, 'any', 'failed', { family: 'email', until: minute(90) }).blocks.email).toBe(minute(90));
  });

  it('answers for sources and standing blocks alone', () => {
    expect(sourceBlock(ledger(...failing(5)), 'source-1', limits, minute(9))).toBeDefined();
    expect(sourceBlock(ledger(...failing(5)), 'source-2', limits, minute(9))).toBeUndefined();
    expect(standingBlock(emptyLedger, 'email', start)).toBeUndefined();
  });
});
