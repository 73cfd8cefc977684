import { randomBytes } from 'node:crypto';
import { Attribute, Change, Control, EqualityFilter, type Client } from 'ldapts';
import { DirectoryDialect, type Found, type Refused, type Step } from './directory-dialect.js';
import { ldap as codes, Unprotectable, type Answer } from './directory-errors.js';
import type { DirectoryOptions } from './directory-options.js';
import { guidBytes } from './guid.js';
import { domainOf } from './names.js';
import { numberIn, oneText, onlyOne } from './entries.js';
import { clockToleranceMs, type Lockout } from './lockout.js';
import { policyOf } from './password-settings.js';
import { administrators, sidText } from './sid.js';
import type { DirectoryRules, WriteRequest } from './write-result.js';

/** LDAP_SERVER_POLICY_HINTS_OID (MS-ADTS 3.1.1.3.4.1.27): a reset is checked like a change, history and age included. */
export const policyHints = '1.2.840.113556.1.4.2239';
/** ERROR_PASSWORD_RESTRICTION */
const policyRefused = '0000052D';
const disabledFlag = 0x2;

/** Active Directory (MS-ADTS 3.1.1.3.1.5): `unicodePwd` over TLS, as a delegated account. */
export class ActiveDirectory extends DirectoryDialect {
  readonly fenced = true;

  /** @param hints the server offers the policy-hints control */
  constructor(
    private readonly options: DirectoryOptions,
    private readonly hints: boolean,
  ) {
    super();
  }

  /** Asks the server what it can do. */
  static async open(options: DirectoryOptions, ldap: Client): Promise<ActiveDirectory> {
    const { searchEntries } = await ldap.search('', { scope: 'base', attributes: ['supportedControl'] });
    const offered = [searchEntries[0]?.supportedControl ?? []].flat().map(String);
    return new ActiveDirectory(options, offered.includes(policyHints));
  }

  async find(ldap: Client, userId: string): Promise<Found | undefined> {
    const { fenceAttribute, baseDn } = this.options;
    const { searchEntries } = await ldap.search(baseDn, {
      scope: 'sub',
      filter: new EqualityFilter({ attribute: 'objectGUID', value: guidBytes(userId) }),
      attributes: ['userAccountControl', fenceAttribute],
    });
    const entry = onlyOne(searchEntries);
    if (!entry) return undefined;
    const disabled = ((numberIn(entry, 'userAccountControl') ?? 0) & disabledFlag) !== 0;
    return { userId, dn: entry.dn, fence: oneText(entry, fenceAttribute), disabled };
  }

  /** `tokenGroups` holds every group a sign-in would carry, nested ones included. Who has none to show is not looked at. */
  async isProtected(ldap: Client, { dn }: Found): Promise<boolean> {
    const { searchEntries } = await ldap.search(dn, {
      scope: 'base',
      attributes: ['tokenGroups', 'adminCount'],
      explicitBufferAttributes: ['tokenGroups'],
    });
    const entry = searchEntries[0];
    if (!entry) return true;
    if (numberIn(entry, 'adminCount') === 1) return true;
    const sids = [entry.tokenGroups ?? []].flat().map((sid) => sidText(sid as Buffer));
    // Everybody is in a group: without the right to read them an administrator would look like anybody.
    if (sids.length === 0) return true;
    if (sids.some((sid) => administrators.test(sid))) return true;
    const also = await this.#sidsOf(ldap, this.options.protectedGroups);
    return sids.some((sid) => also.has(sid));
  }

  steps({ password, oldPassword, unlock, mustChange = false, doubleReset = false }: WriteRequest): Step[] {
    const asked: Step = {
      ...(password !== undefined && { password }),
      ...(oldPassword !== undefined && { oldPassword }),
      unlock,
      mustChange,
      hints: this.hints,
    };
    if (!doubleReset || password === undefined || oldPassword !== undefined) return [asked];
    // The directory lets the password before the last bind for an hour; a random one in between takes that place.
    const plain = { unlock: false, hints: false };
    return [
      { ...asked, followed: true },
      { ...plain, password: random(), mustChange: false },
      { ...plain, password, mustChange },
    ];
  }

  changes({ password, oldPassword, unlock, mustChange }: Step): Change[] {
    const changes: Change[] = [];
    if (password !== undefined && oldPassword !== undefined) {
      changes.push(change('delete', 'unicodePwd', quoted(oldPassword)), change('add', 'unicodePwd', quoted(password)));
    } else if (password !== undefined) {
      changes.push(change('replace', 'unicodePwd', quoted(password)));
    }
    // A reset alone leaves the account locked.
    if (unlock) changes.push(change('replace', 'lockoutTime', '0'));
    if (mustChange) changes.push(change('replace', 'pwdLastSet', '0'));
    return changes;
  }

  controls({ password, oldPassword, hints }: Step): Control[] {
    return hints && password !== undefined && oldPassword === undefined ? [new PolicyHints()] : [];
  }

  prove(): Promise<void> {
    return Promise.resolve();
  }

  setsAhead(): boolean {
    return false;
  }

  setAhead(): Promise<void> {
    return Promise.resolve();
  }

  signsIn(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** A password that is there already is refused as one of the history, whichever server's code that comes with. */
  mayBeFence({ code, win32 }: Answer): boolean {
    return (
      code === codes.noSuchAttribute ||
      code === codes.constraintViolation ||
      code === codes.attributeOrValueExists ||
      win32 === policyRefused
    );
  }

  /** By the Win32 code where there is one: the LDAP code for the same trouble differs between servers. */
  refusal({ code, win32 }: Answer): Refused | undefined {
    if (win32 === policyRefused) return 'rejected-by-policy';
    if (win32 === '00000056') return 'wrong-password';
    if (code === codes.insufficientAccessRights) return 'permission-denied';
    if (code === codes.noSuchObject) return 'user-not-found';
    return undefined;
  }

  /** Without hints nobody is told of a minimum age before the first password stands, and the second is too young. */
  async barsRepetition(ldap: Client, found: Found): Promise<string | undefined> {
    if (this.hints) return undefined;
    const policy = await policyOf(ldap, this.#domain, found.dn);
    return policy?.minimumAgeHours === 0 ? undefined : 'minimum-age-without-hints';
  }

  /** The domain's rules, or those of the fine-grained policy that applies to this person: none where it cannot be read. */
  async rules(ldap: Client, { dn }: Found): Promise<DirectoryRules> {
    const policy = await policyOf(ldap, this.#domain, dn);
    if (!policy) return {};
    const { minimumLength, complexity, history, minimumAgeHours } = policy;
    // Without hints a reset is checked for neither of the last two.
    return told({ minimumLength, complexity, ...(this.hints && { history, minimumAgeHours }) });
  }

  /** A count whose window has passed stands there until the next try, and counts no more (MS-ADTS 3.1.1.5.1.1). */
  async lockout(ldap: Client, { dn }: Found, now: number): Promise<Lockout> {
    const attributes = ['badPwdCount', 'badPasswordTime'];
    const person = (await ldap.search(dn, { scope: 'base', attributes })).searchEntries[0];
    const policy = await policyOf(ldap, this.#domain, dn);
    const { lockoutThreshold: threshold = null, lockoutWindowMs: windowMs = 0 } = policy ?? {};
    const lastMs = ((person && numberIn(person, 'badPasswordTime')) ?? 0) / 10_000 - 11_644_473_600_000;
    const over = windowMs > 0 && now > lastMs + windowMs + clockToleranceMs;
    return { failures: over ? 0 : ((person && numberIn(person, 'badPwdCount')) ?? 0), threshold };
  }

  get #domain(): string {
    return domainOf(this.options.baseDn);
  }

  async #sidsOf(ldap: Client, groups: readonly string[]): Promise<ReadonlySet<string>> {
    const sids = await Promise.all(
      groups.map(async (group) => {
        const found = await ldap.search(group, {
          scope: 'base',
          attributes: ['objectSid'],
          explicitBufferAttributes: ['objectSid'],
        });
        const sid = found.searchEntries[0]?.objectSid;
        if (!Buffer.isBuffer(sid)) throw new Unprotectable();
        return sidText(sid);
      }),
    );
    return new Set(sids);
  }
}

class PolicyHints extends Control {
  constructor() {
    super(policyHints, { critical: true });
  }

  /** SEQUENCE { INTEGER 1 } */
  override writeControl(writer: Parameters<Control['writeControl']>[0]): void {
    writer.writeBuffer(Buffer.from([0x30, 0x03, 0x02, 0x01, 0x01]), 0x04);
  }
}

/** MS-ADTS 3.1.1.3.1.5.1: the password between quotation marks, UTF-16. */
const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

const change = (operation: 'add' | 'delete' | 'replace', type: string, value: string | Buffer): Change =>
  new Change({ operation, modification: new Attribute({ type, values: [value] as string[] | Buffer[] }) });

/** Nobody ever sees it; long and mixed enough for any policy. */
const random = (): string => `Aa1!${randomBytes(96).toString('base64url')}`;

const told = (rules: { [K in keyof DirectoryRules]: DirectoryRules[K] | undefined }): DirectoryRules =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined)) as DirectoryRules;
