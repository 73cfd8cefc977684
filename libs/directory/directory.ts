import { ActiveDirectory } from './active-directory.js';
import type { DirectoryDialect } from './directory-dialect.js';
import type { DirectoryOptions } from './directory-options.js';
import { fenceSchema, fenceTrouble } from './doctor/fence-schema.js';
import { accountTag, fenceIn, standing } from './fence.js';
import { asService } from './directory-session.js';
import { ldap as codes, troubleOf } from './directory-errors.js';
import { writeFenced, type Intent } from './fenced-write.js';
import type { PeopleThere, SyncCursor, SyncPage } from './directory-user.js';
import { mayTry } from './lockout.js';
import { OpenLdap } from './openldap.js';
import { sendable } from './sendable.js';
import { ServiceLine } from './service-line.js';
import { checkSignIn, type SignInVerdict } from './sign-in-check.js';
import { pageSeconds, peopleThere, usersSince, type UserSource } from './users.js';
import type { WriteRequest, WriteResult } from './write-result.js';

const lacksControl = `ldap-${codes.unavailableCriticalExtension}`;

export type Looked = Pick<WriteRequest, 'userId' | 'epoch' | 'writebackId' | 'accountId' | 'doubleReset'>;
/** `before`: nothing of it was written; `begun`: some of its Modifies, not the last. */
export type Standing = 'done' | 'stale' | 'begun' | 'before' | 'user-not-found' | 'unreachable';

export interface Stands {
  readonly standing: Standing;
  /** Its Modifies that were written: after the first and after the last the asked password stands there. */
  readonly writes: number;
}

/** The customer's directory, reached as the delegated service account. */
export class Directory {
  #dialect: DirectoryDialect | undefined;
  readonly #line: ServiceLine;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly options: DirectoryOptions,
    private readonly now: () => number = Date.now,
  ) {
    this.#line = new ServiceLine(options);
  }

  /**
   * Sets a password, unlocks, or both; once, whatever is lost on the way. Repeated with the same `writebackId` it finds what
   * was done. Nothing in the result quotes the directory.
   */
  async write(asked: WriteRequest, intend: (intent: Intent) => Promise<void>): Promise<WriteResult> {
    // What another did shows by its fence; without one it is looked for as what was done before a crash.
    const unseen = asked.tried && this.options.passwordModify === 'exop';
    const request = unseen ? { ...asked, begun: true } : asked;
    if (request.password !== undefined && !sendable(request.password)) return { kind: 'rejected-by-policy', rules: {} };
    const write = async (): Promise<WriteResult> => {
      try {
        const dialect = await this.#open();
        const result = await writeFenced({ options: this.options, dialect, now: this.now, intend }, request);
        // Another server than at the start: what it can do is asked anew.
        if (result.kind === 'unreachable' && result.trouble === lacksControl) this.#dialect = undefined;
        return result;
      } catch (error) {
        return { kind: request.begun ? 'unknown' : 'unreachable', trouble: troubleOf(error) };
      }
    };
    return request.oldPassword === undefined ? write() : this.#inTurn(request.userId, write);
  }

  /** @throws what the directory answers, or why it does not */
  async reach(): Promise<void> {
    if (this.#dialect) await asService(this.options, () => Promise.resolve());
    else await this.#open();
  }

  /**
   * Whether this is the person's password, asked of the directory itself, one try of a person after the other; a wrong one
   * counts towards its lock, so it is not asked when that is near.
   * @param userId objectGUID or entryUUID
   * @param familiar from a place they signed in from before
   * @param until nobody waits after this moment, so no try is used up, milliseconds since 1970
   */
  signIn(userId: string, password: string, familiar = true, until = Infinity): Promise<SignInVerdict> {
    return this.#inTurn(userId, () => this.#signIn(userId, password, familiar, until));
  }

  /** What the directory counts against a person is read and used one after the other. @param work never fails */
  #inTurn<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(userId) ?? Promise.resolve()).then(work);
    this.#turns.set(userId, turn);
    void turn.finally(() => this.#turns.get(userId) === turn && this.#turns.delete(userId));
    return turn;
  }

  async #signIn(userId: string, password: string, familiar: boolean, until: number): Promise<SignInVerdict> {
    if (password === '') return { kind: 'wrong' };
    try {
      const dialect = await this.#open();
      const seen = await this.#line.read(async (ldap) => {
        const found = await dialect.find(ldap, userId);
        return found && { found, lockout: await dialect.lockout(ldap, found, this.now()) };
      });
      if (!seen) return { kind: 'wrong' };
      if (!mayTry(seen.lockout, familiar)) return { kind: 'held-back' };
      if (this.now() > until) return { kind: 'unreachable', trouble: 'too-late' };
      const verdict = await checkSignIn(this.options, seen.found.dn, password);
      return verdict.kind === 'wrong' && seen.found.locked ? { kind: 'locked' } : verdict;
    } catch (error) {
      return { kind: 'unreachable', trouble: troubleOf(error) };
    }
  }

  /** @throws what the directory answers, when it cannot be read */
  usersSince(
    cursor: SyncCursor | undefined,
    source: Omit<UserSource, 'options'> = {},
    late = false,
  ): Promise<SyncPage> {
    return asService(this.#patient, (ldap) => usersSince(ldap, { ...source, options: this.options }, cursor, late));
  }

  /** @throws what the directory answers, when it cannot be read */
  peopleThere(source: Omit<UserSource, 'options'> = {}): Promise<PeopleThere> {
    return asService(this.#patient, (ldap) => peopleThere(ldap, { ...source, options: this.options }));
  }

  /**
   * @returns a sentence that says why no reset could be told from another with this fence attribute
   * @throws what the directory answers, when it cannot be read
   */
  async fenceTrouble(): Promise<string | undefined> {
    const { options } = this;
    return fenceTrouble(await asService(options, (ldap) => fenceSchema(ldap, options)), options.fenceAttribute);
  }

  /** Where a write stands, read from its fence; nothing is changed. */
  async standing({ userId, epoch, writebackId, accountId, doubleReset = false }: Looked): Promise<Stands> {
    try {
      const dialect = await this.#open();
      const found = await asService(this.options, (ldap) => dialect.find(ldap, userId));
      if (!found) return { standing: 'user-not-found', writes: 0 };
      const asked = { userId, epoch, writebackId, doubleReset, password: 'x', unlock: true, deadline: 0 };
      const last = doubleReset ? dialect.steps(asked).length : 1;
      const account = accountId && accountTag(accountId);
      const own = standing(found.fence, { epoch, writebackId, step: 1, account });
      const writes = own === 'done' ? (fenceIn(found.fence ?? '')?.step ?? 0) : 0;
      return { standing: own === 'done' && writes < last ? 'begun' : own, writes };
    } catch {
      return { standing: 'unreachable', writes: 0 };
    }
  }

  /** Nobody waits for it, and a page of many people takes its time. */
  get #patient(): DirectoryOptions {
    return { ...this.options, timeoutMs: Math.max(this.options.timeoutMs ?? 0, pageSeconds * 1_000) };
  }

  async #open(): Promise<DirectoryDialect> {
    const { options } = this;
    this.#dialect ??=
      options.kind === 'openldap'
        ? new OpenLdap(options)
        : await asService(options, (ldap) => ActiveDirectory.open(options, ldap));
    return this.#dialect;
  }
}
