import { setTimeout as sleep } from 'node:timers/promises';
import { Attribute, Change, type Client } from 'ldapts';
import type { Found, Step } from './directory-dialect.js';
import { lasting, NotKept, troubleOf } from './directory-errors.js';
import { directoryTimeout } from './directory-options.js';
import { asService } from './directory-session.js';
import { fenceText, standing, type Fence } from './fence.js';
import type { Pin } from './line.js';
import type { WriteParts } from './fenced-write.js';
import { mayTry } from './lockout.js';
import { refusedOr } from './refused-write.js';
import type { WriteResult } from './write-result.js';

export interface StepToWrite {
  readonly userId: string;
  readonly fence: Fence;
  readonly step: Step;
  /** It does not begin after this, milliseconds since 1970. */
  readonly deadline: number;
  /** An earlier try, before a crash, may have sent it. */
  readonly sent: boolean;
  /** A fence is atomic on one server: from the first connection on, all of a write goes there. */
  readonly pin: Pin;
}

/** Tries while answers get lost; and while others move the fence, which ends when the latest of them is there. */
const lostRounds = 4;
const movedRounds = 64;
const pauses = { first: 100, longest: 2_000 };

/** What a look at the person says when nothing may be written: nothing of it excludes that a lost Modify still arrives. */
const uncertain: ReadonlySet<WriteResult['kind']> = new Set([
  'expired',
  'disabled',
  'protected',
  'user-not-found',
  'held-back',
  'unreachable',
]);

/** One Modify with the fence in it, until it is known to be done, or known not to be. */
export async function writeStep(parts: WriteParts, wanted: StepToWrite): Promise<WriteResult> {
  const { now, options } = parts;
  const { timeoutMs = directoryTimeout } = options;
  const trial = new Trial(parts, wanted);
  // Who waits has a lease of half a minute.
  const patientUntil = Math.min(wanted.deadline, now() + 3 * timeoutMs);
  let lookedTwice = false;
  let pause = pauses.first;
  for (let lost = 0, moved = 0; ;) {
    const before = trial.sent;
    try {
      const result = await asService(options, (ldap) => trial.run(ldap), wanted.pin);
      if (result === 'again') {
        trial.sent = before;
        if (++moved >= movedRounds) return unfinished(before, 'fence-moved');
      } else if (before && uncertain.has(result.kind) && !lookedTwice) {
        lookedTwice = true;
        await sleep(timeoutMs);
      } else return result;
    } catch (error) {
      const trouble = troubleOf(error);
      // The service account itself was refused, or the settings are wrong: trying again does not help.
      if (lasting(error)) return unfinished(trial.sent, trouble);
      if (trial.sent && ++lost >= lostRounds) return unfinished(true, trouble);
      if (!trial.sent && now() + pause >= patientUntil) return unfinished(false, trouble);
      // Nothing of it is there, so it may be another that answers.
      if (!trial.sent && wanted.fence.step === 1) wanted.pin.address = undefined;
      await sleep(pause);
      pause = Math.min(2 * pause, pauses.longest);
    }
  }
}

const unfinished = (sent: boolean, trouble: string): WriteResult => ({
  kind: sent ? 'unknown' : 'unreachable',
  trouble,
});

/** What is known from one try to the next. */
class Trial {
  /** Something left us that nobody answered: it may have been done, or may be done yet. */
  sent: boolean;
  /** The password was set by an operation of its own; another's may have followed since. */
  #setAhead = false;

  constructor(
    private readonly parts: WriteParts,
    private readonly wanted: StepToWrite,
  ) {
    this.sent = wanted.sent;
  }

  async run(ldap: Client): Promise<WriteResult | 'again'> {
    const { dialect, now } = this.parts;
    const { userId, fence, step, deadline } = this.wanted;
    const found = await dialect.find(ldap, userId);
    if (!found) return { kind: 'user-not-found' };
    const stands = standing(found.fence, fence);
    if (stands === 'stale') return { kind: 'stale' };
    if (stands === 'done') return { kind: 'done', writes: fence.step, fenced: dialect.fenced };
    // By an operation that carries no fence: whether one that got lost was done shows by the password alone.
    const trying = dialect.setsAhead(step) && (this.sent || this.#setAhead);
    // The directory counts a wrong password here as it counts a wrong sign-in.
    const asks = trying || step.oldPassword !== undefined;
    const near = asks && !mayTry(await dialect.lockout(ldap, found, now()), true);
    if (trying && near) return { kind: 'unknown', trouble: 'lock-too-near' };
    if (trying && (await dialect.signsIn(found, step))) return this.#write(ldap, found, true);
    if (found.disabled) return { kind: 'disabled' };
    if (await dialect.isProtected(ldap, found)) return { kind: 'protected' };
    const bar = step.followed && (await dialect.barsRepetition(ldap, found));
    if (bar) return { kind: 'unreachable', trouble: bar };
    if (near) return { kind: 'held-back' };
    await this.#keep(found);
    if (now() >= deadline) return { kind: 'expired' };
    return this.#write(ldap, found, false);
  }

  async #keep(found: Found): Promise<void> {
    await this.parts.intend({ fence: fenceText(this.wanted.fence), expected: found.fence }).catch((error: unknown) => {
      throw new NotKept(String(error));
    });
  }

  /** @param isSet the password is there already, and only the fence is not */
  async #write(ldap: Client, found: Found, isSet: boolean): Promise<WriteResult | 'again'> {
    const { dialect, options, now } = this.parts;
    const { fence, step, deadline } = this.wanted;
    const done = { kind: 'done', writes: fence.step, fenced: dialect.fenced } as const;
    let set = isSet;
    try {
      if (!set) await dialect.prove(found, step);
      // To sign in with the old password may have taken its time.
      if (!set && now() >= deadline) return { kind: 'expired' };
      this.sent = true;
      if (!set && dialect.setsAhead(step)) {
        await dialect.setAhead(ldap, found, step);
        set = this.#setAhead = true;
      }
      const exchange = fenceChanges(options.fenceAttribute, found.fence, fenceText(fence));
      await ldap.modify(found.dn, [...exchange, ...dialect.changes(step)], dialect.controls(step));
      return done;
    } catch (error) {
      const refused = await refusedOr(error, this.parts, ldap, found, step);
      return set && refused !== 'again' ? done : refused;
    }
  }
}

function fenceChanges(type: string, expected: string | null, next: string): Change[] {
  const one = (operation: 'add' | 'delete', value: string) =>
    new Change({ operation, modification: new Attribute({ type, values: [value] }) });
  return [...(expected === null ? [] : [one('delete', expected)]), one('add', next)];
}
