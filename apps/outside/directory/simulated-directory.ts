import type { Clock } from '#libs/runtime/clock';
import { ownCertificate } from './certificate.js';
import { nextFault, noDirectoryFaults, type DirectoryFaults } from './directory-faults.js';
import { dnOf, entriesOf, plainDn, rootDse, subschema, type Tree } from './entries.js';
import type { AttributeChange, Result } from './ldap-messages.js';
import { startLdapServer } from './ldap-server.js';
import { LineCut, type Backend } from './ldap-session.js';
import { People } from './people.js';
import { isLocked, type NewPerson, type PasswordPolicy, type SignIn, type StoredPerson } from './simulated-person.js';

export interface DirectoryWish {
  readonly clock: Clock;
  readonly baseDn: string;
  readonly people: readonly NewPerson[];
  readonly firstPassword: string;
  readonly groups?: Tree['groups'];
  readonly policy?: Partial<PasswordPolicy>;
  readonly dataDir?: string | undefined;
}

export interface ShownPerson {
  readonly user: string;
  readonly dn: string;
  readonly entryUUID: string;
  readonly locked: boolean;
  readonly mustChange: boolean;
  readonly passwordChanges: number;
}

/** Like OpenLDAP with ppolicy, as far as Keyturn's agent goes: on loopback, over TLS, with a certificate of its own. */
export interface SimulatedDirectory {
  readonly url: string;
  /** PEM */
  readonly ca: string;
  readonly baseDn: string;
  readonly service: { readonly dn: string; readonly password: string };
  readonly people: Pick<People, 'change' | 'disable' | 'setFence' | 'rename' | 'remove'>;
  list(): readonly ShownPerson[];
  stored(uid: string): StoredPerson | undefined;
  /** As somebody at a desk would. @returns undefined when there is nobody of this name */
  signIn(user: string, password: string): Promise<SignIn | undefined>;
  faults(): Readonly<DirectoryFaults>;
  setFaults(change: Partial<DirectoryFaults>): Promise<void>;
  close(): Promise<void>;
}

/** Ten wrong tries lock for half an hour. */
const usualPolicy: PasswordPolicy = { minimumLength: 8, history: 3, maximumFailures: 10, lockoutMs: 30 * 60_000 };

/** Not a secret: whoever reaches it sits at this machine. */
const servicePassword = 'simulated-service-password';
/** Where the service account may write; elsewhere it only reads. */
const delegated = 'people';

export async function startSimulatedDirectory(wish: DirectoryWish): Promise<SimulatedDirectory> {
  const { clock, baseDn, groups = {}, dataDir } = wish;
  const policy = { ...usualPolicy, ...wish.policy };
  const serviceDn = `cn=svc-keyturn,${baseDn}`;
  const people = await People.open({ ...wish, clock, policy, dataDir });
  const faults = noDirectoryFaults();
  const personAt = (dn: string) => people.all().find((person) => plainDn(dnOf(person, baseDn)) === plainDn(dn));

  async function write(person: StoredPerson, changes: readonly AttributeChange[]): Promise<Result> {
    const fault = nextFault(faults);
    if (fault === 'refuse') return { code: 53, text: 'refused, as it was told' };
    if (fault === 'busy') return { code: 51, text: 'busy, as it was told' };
    if (fault === 'drop') throw new LineCut();
    const result = await people.change(person.uid, changes);
    if (fault === 'lose') throw new LineCut();
    const { delay } = faults;
    if (delay.next > 0) {
      delay.next--;
      await new Promise((resume) => setTimeout(resume, delay.ms).unref());
    }
    return result;
  }

  const backend: Backend = {
    visibleTo(dn) {
      const open = [rootDse(baseDn, clock.now()), subschema];
      if (dn === null) return open;
      const all = entriesOf({ baseDn, serviceDn, policy, groups }, people.all());
      return [...open, ...(dn === plainDn(serviceDn) ? all : all.filter((entry) => plainDn(entry.dn) === dn))];
    },
    async signIn(dn, password) {
      if (plainDn(dn) === plainDn(serviceDn)) return password === servicePassword ? 'right' : 'wrong';
      const person = personAt(dn);
      return person && people.signIn(person.uid, password);
    },
    async modify(by, dn, changes) {
      const person = personAt(dn);
      if (by === null) return { code: 8, text: 'modifications require authentication' };
      if (!person) return { code: 32 };
      if (by !== plainDn(serviceDn) || person.unit !== delegated) return { code: 50 };
      return write(person, changes);
    },
  };
  const own = ownCertificate(new Date());
  const server = await startLdapServer(backend, own);
  return {
    url: `ldaps://127.0.0.1:${server.port}`,
    ca: own.certificate,
    baseDn,
    service: { dn: serviceDn, password: servicePassword },
    people,
    list: () =>
      people.all().map((person) => ({
        user: person.mail,
        dn: dnOf(person, baseDn),
        entryUUID: person.entryUUID,
        locked: isLocked(person, policy, clock.now()),
        mustChange: person.mustChange,
        passwordChanges: person.passwordChanges,
      })),
    stored: (uid) => people.all().find((person) => person.uid === uid),
    signIn: async (user, password) => {
      const person = people.all().find(({ mail }) => mail === user.toLowerCase());
      return person && people.signIn(person.uid, password);
    },
    faults: () => structuredClone(faults),
    async setFaults(change) {
      Object.assign(faults, structuredClone(change));
      await (faults.down ? server.shut() : server.reopen());
    },
    close: () => server.shut(),
  };
}
