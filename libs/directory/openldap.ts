import {
  Attribute,
  BerWriter,
  Change,
  EqualityFilter,
  InvalidCredentialsError,
  type Client,
  type Control,
  type Entry,
} from 'ldapts';
import { DirectoryDialect, type Found, type Refused, type Step } from './directory-dialect.js';
import { answerOf, ldap as codes, Unreachable, type Answer } from './directory-errors.js';
import type { DirectoryOptions } from './directory-options.js';
import { boundAs } from './directory-session.js';
import { isMember } from './group-members.js';
import { clockToleranceMs, type Lockout } from './lockout.js';
import { domainOf } from './names.js';
import { instantIn, numberIn, oneText, onlyOne, textsOf } from './entries.js';
import { checkSignIn } from './sign-in-check.js';
import type { DirectoryRules, WriteRequest } from './write-result.js';

/** RFC 3062 */
const passwordModify = '1.3.6.1.4.1.4203.1.11.1';

/** OpenLDAP with the ppolicy overlay: `userPassword` in a fenced Modify, or RFC 3062's operation, which carries no fence. */
export class OpenLdap extends DirectoryDialect {
  readonly fenced: boolean;

  constructor(private readonly options: DirectoryOptions) {
    super();
    this.fenced = options.passwordModify !== 'exop';
  }

  async find(ldap: Client, userId: string): Promise<Found | undefined> {
    const { fenceAttribute, baseDn } = this.options;
    const { searchEntries } = await ldap.search(baseDn, {
      scope: 'sub',
      filter: new EqualityFilter({ attribute: 'entryUUID', value: userId }),
      attributes: ['pwdAccountLockedTime', fenceAttribute],
    });
    const entry = onlyOne(searchEntries);
    if (!entry) return undefined;
    // slapo-ppolicy(5): this value locks for ever, by an administrator's hand.
    const since = oneText(entry, 'pwdAccountLockedTime');
    const disabled = since === '000001010000Z';
    return { userId, dn: entry.dn, fence: oneText(entry, fenceAttribute), disabled, locked: since !== null };
  }

  async isProtected(ldap: Client, { dn }: Found): Promise<boolean> {
    const groups = this.options.protectedGroups;
    if (groups.length === 0) return false;
    const own = await ldap.search(dn, { scope: 'base', attributes: ['uid'] });
    const person = { dn, uids: own.searchEntries[0] ? textsOf(own.searchEntries[0], 'uid') : [] };
    const member = await Promise.all(groups.map((group) => isMember(ldap, group, person)));
    return member.includes(true);
  }

  /** No older password binds here, so one step is enough. */
  steps({ password, oldPassword, unlock, mustChange = false }: WriteRequest): Step[] {
    return [
      {
        ...(password !== undefined && { password }),
        ...(oldPassword !== undefined && { oldPassword }),
        unlock,
        mustChange,
        hints: false,
      },
    ];
  }

  barsRepetition(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  changes({ password, unlock, mustChange }: Step): Change[] {
    const replace = (type: string, values: string[]) =>
      new Change({ operation: 'replace', modification: new Attribute({ type, values }) });
    return [
      ...(password !== undefined && this.fenced ? [replace('userPassword', [password])] : []),
      // A new password unlocks by itself. The count of wrong ones is its own: nobody but a manager may clear that.
      ...(unlock && password === undefined ? [replace('pwdAccountLockedTime', [])] : []),
      ...(mustChange ? [replace('pwdReset', ['TRUE'])] : []),
    ];
  }

  controls(): Control[] {
    return [];
  }

  /**
   * A stored hash cannot be deleted by its password: who knows the old one shows it by signing in. One that is right and has
   * expired is to be changed all the same.
   */
  async prove({ dn }: Found, { oldPassword }: Step): Promise<void> {
    if (oldPassword === undefined) return;
    const { kind } = await checkSignIn(this.options, dn, oldPassword);
    if (kind === 'unreachable') throw new Unreachable('the old password could not be looked at');
    if (!kind.startsWith('right')) throw new InvalidCredentialsError();
  }

  setsAhead({ password }: Step): boolean {
    return password !== undefined && !this.fenced;
  }

  /** Before the fence: one that ran ahead of it would tell a repetition that all is done. */
  async setAhead(ldap: Client, { dn }: Found, { password = '' }: Step): Promise<void> {
    await ldap.exop(passwordModify, passwordModifyValue(dn, password));
  }

  async signsIn({ dn }: Found, { password = '' }: Step): Promise<boolean> {
    try {
      await boundAs(this.options, dn, password, () => Promise.resolve());
      return true;
    } catch (error) {
      if (answerOf(error)?.code === codes.invalidCredentials) return false;
      throw error;
    }
  }

  /** An old password is wrong too once the new one is there. */
  mayBeFence({ code }: Answer): boolean {
    return (
      code === codes.noSuchAttribute ||
      code === codes.constraintViolation ||
      code === codes.attributeOrValueExists ||
      code === codes.invalidCredentials
    );
  }

  refusal({ code }: Answer): Refused | undefined {
    switch (code) {
      case codes.constraintViolation:
        return 'rejected-by-policy';
      case codes.invalidCredentials:
        return 'wrong-password';
      case codes.insufficientAccessRights:
        return 'permission-denied';
      case codes.noSuchObject:
        return 'user-not-found';
      default:
        return undefined;
    }
  }

  async rules(ldap: Client, { dn }: Found): Promise<DirectoryRules> {
    const policy = await this.#policy(ldap, dn);
    if (!policy) return {};
    const [minimumLength, history, age] = ['pwdMinLength', 'pwdInHistory', 'pwdMinAge'].map((name) =>
      numberIn(policy, name),
    );
    return {
      ...(minimumLength !== undefined && { minimumLength }),
      ...(history !== undefined && { history }),
      ...(age !== undefined && { minimumAgeHours: Math.ceil(age / 3_600) }),
    };
  }

  /** What is older than the policy's interval stands there until the next wrong password, and counts no more. */
  async lockout(ldap: Client, { dn }: Found, now: number): Promise<Lockout> {
    const own = await ldap.search(dn, { scope: 'base', attributes: ['pwdFailureTime'] });
    const all = own.searchEntries[0] ? textsOf(own.searchEntries[0], 'pwdFailureTime') : [];
    const policy = await this.#policy(ldap, dn).catch(() => undefined);
    if (!policy) return { failures: all.length, threshold: null };
    const intervalMs = (numberIn(policy, 'pwdFailureCountInterval') ?? 0) * 1_000;
    const since = intervalMs > 0 ? now - intervalMs - clockToleranceMs : -Infinity;
    const failures = all.filter((text) => (instantIn(text) ?? Infinity) >= since).length;
    const locks = oneText(policy, 'pwdLockout') === 'TRUE';
    return { failures, threshold: locks ? (numberIn(policy, 'pwdMaxFailure') ?? 0) : 0 };
  }

  /** That the person's entry names; the overlay's default one is named in the server's configuration only. */
  async #policy(ldap: Client, dn: string): Promise<Entry | undefined> {
    const own = await ldap.search(dn, { scope: 'base', attributes: ['pwdPolicySubentry'] });
    const named = own.searchEntries[0] && oneText(own.searchEntries[0], 'pwdPolicySubentry');
    const filter = new EqualityFilter({ attribute: 'objectClass', value: 'pwdPolicy' });
    const found = named
      ? await ldap.search(named, { scope: 'base' })
      : await ldap.search(domainOf(this.options.baseDn), { scope: 'sub', filter });
    // Two policies and no word on which applies: better no rule than a wrong one.
    return found.searchEntries.length === 1 ? found.searchEntries[0] : undefined;
  }
}

/** SEQUENCE { [0] userIdentity, [2] newPasswd } */
function passwordModifyValue(dn: string, password: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeString(dn, 0x80);
  writer.writeString(password, 0x82);
  writer.endSequence();
  return writer.buffer;
}
