import { AndFilter, EqualityFilter, type Client, type Entry } from 'ldapts';
import { answerOf } from './directory-errors.js';
import type { DirectoryOptions } from './directory-options.js';
import type { AttributeMap, DirectoryUser } from './directory-user.js';
import { instantIn, numberIn, oneText } from './entries.js';
import { guidText } from './guid.js';

/** What differs between Active Directory and OpenLDAP when people are read. */
export interface Kind {
  readonly id: string;
  readonly person: AndFilter;
  readonly changed: string;
  /** An attribute whose value is another after each change, and begins with the time of it as `changed` says it. */
  readonly state?: string;
  readonly more: readonly string[];
  /** Attributes that tell of the last sign-in, each as far as it knows. */
  readonly signIns: readonly string[];
  dayIn(text: string): string | undefined;
  /** Where the directory stands now; without `after` where it does not say. */
  mark(ldap: Client): Promise<{ readonly server: string; readonly after?: string }>;
  /** Where to begin when what came late is looked for too. */
  back(after: string): string;
  /** Where to go on after the latest change that was seen, and never before where it began. */
  before(latest: string, after: string | undefined): string;
  idOf(entry: Entry): string | undefined;
  user(entry: Entry, attributes: AttributeMap): DirectoryUser | undefined;
}

const equal = (attribute: string, value: string): EqualityFilter => new EqualityFilter({ attribute, value });
/** What is longer is no name, address or number, and would make the platform refuse everybody it is sent with. */
const longest = 256;

const texts = (entry: Entry, attributes: AttributeMap): Partial<Record<keyof AttributeMap, string>> => {
  const read = Object.entries(attributes).map(([what, attribute]) => [what, oneText(entry, attribute)] as const);
  return Object.fromEntries(read.filter(([, text]) => text && text.length <= longest));
};

const activeDirectory: Kind = {
  id: 'objectGUID',
  person: new AndFilter({ filters: [equal('objectCategory', 'person'), equal('objectClass', 'user')] }),
  changed: 'uSNChanged',
  more: ['userAccountControl'],
  // The first is this controller's own; the second comes from all of them, up to two weeks late.
  signIns: ['lastLogon', 'lastLogonTimestamp'],
  dayIn: (text) => fileTime(text)?.slice(0, 10),
  async mark(ldap) {
    const { searchEntries } = await ldap.search('', {
      scope: 'base',
      attributes: ['highestCommittedUSN', 'dsServiceName'],
    });
    const root = searchEntries[0]!;
    const name = oneText(root, 'dsServiceName') ?? '';
    // The next number: what has this one was read now.
    const after = String(BigInt(oneText(root, 'highestCommittedUSN') ?? '0') + 1n);
    return { server: `${name}/${await databaseOf(ldap, name)}`, after };
  },
  // Its numbers are its own, also for what another controller changed.
  back: (after) => after,
  before: (latest) => latest,
  idOf: (entry) => (Buffer.isBuffer(entry.objectGUID) ? guidText(entry.objectGUID) : undefined),
  user(entry, map) {
    const userId = this.idOf(entry);
    if (!userId) return undefined;
    const disabled = ((numberIn(entry, 'userAccountControl') ?? 0) & 0x2) !== 0;
    return { userId, ...texts(entry, map), disabled };
  },
};

/**
 * A controller that was restored counts anew under the same name, and gets another of these ids (MS-ADTS 3.1.1.1.9).
 * @param service the DN of the controller's own settings @returns nothing where it may not be read
 */
async function databaseOf(ldap: Client, service: string): Promise<string> {
  const attributes = ['invocationId'];
  const search = { scope: 'base', attributes, explicitBufferAttributes: attributes } as const;
  const found = await ldap.search(service, search).catch((error: unknown) => {
    if (answerOf(error)) return undefined;
    throw error;
  });
  const id = found?.searchEntries[0]?.invocationId;
  return Buffer.isBuffer(id) ? guidText(id) : '';
}

/** 100 ns since 1601 (MS-DTYP 2.3.3); 0 is never. */
function fileTime(text: string): string | undefined {
  if (!/^[1-9]\d{0,18}$/.test(text)) return undefined;
  const ms = Number(BigInt(text) / 10_000n) - 11_644_473_600_000;
  return ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

const openLdap: Kind = {
  id: 'entryUUID',
  person: new AndFilter({ filters: [equal('objectClass', 'inetOrgPerson')] }),
  changed: 'modifyTimestamp',
  state: 'entryCSN',
  more: ['pwdAccountLockedTime'],
  // Of the overlay lastbind, and of slapd's own `lastbind on`.
  signIns: ['authTimestamp', 'pwdLastSuccess'],
  dayIn: (text) => /^(\d{4})(\d\d)(\d\d)\d{6}(\.\d+)?Z$/.exec(text)?.slice(1, 4).join('-'),
  // The first kind of cursor went by the clock of whoever asked.
  mark: () => Promise.resolve({ server: 'openldap/2' }),
  // By the directory's clock alone. To the second, and what is written at once is not seen at once: a little is read twice,
  // and told once.
  before(latest, after = '19700101000000Z') {
    const text = earlier(latest, overlapMs);
    return text > after ? text : after;
  },
  // A change that another provider made has its time from there, whenever it arrives here.
  back: (after) => earlier(after, lateMs),
  idOf: (entry) => oneText(entry, 'entryUUID') ?? undefined,
  user(entry, map) {
    const userId = this.idOf(entry);
    if (!userId) return undefined;
    const disabled = oneText(entry, 'pwdAccountLockedTime') === '000001010000Z';
    return { userId, ...texts(entry, map), disabled };
  },
};

const overlapMs = 60_000;
const lateMs = 86_400_000;

function earlier(text: string, ms: number): string {
  const then = instantIn(text);
  return then === undefined ? text : new Date(then - ms).toISOString().replace(/[-:T]|\.\d+/g, '');
}

export const kinds: Readonly<Record<DirectoryOptions['kind'], Kind>> = { ad: activeDirectory, openldap: openLdap };
