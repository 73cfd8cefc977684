import { Attribute, Change, Client, EqualityFilter } from 'ldapts';
import { noDirectoryFaults } from './directory-faults.js';
import { startSimulatedDirectory, type SimulatedDirectory } from './simulated-directory.js';

describe('the simulated directory over LDAPS', () => {
  let now: Date;
  let directory: SimulatedDirectory;
  const baseDn = 'dc=probe,dc=test';
  const alice = `uid=alice,ou=people,${baseDn}`;

  beforeEach(async () => {
    now = new Date('2026-01-01T00:00:00Z');
    directory = await startSimulatedDirectory({
      clock: { now: () => now },
      baseDn,
      firstPassword: 'First-Pass-1',
      people: ['alice', 'bob', 'carol'].map((uid) => ({ uid, mail: `${uid}@probe.test`, unit: 'people' })),
    });
  });
  afterEach(() => directory.close());

  const asked = async <T>(dn: string, password: string, work: (ldap: Client) => Promise<T>): Promise<T> => {
    const ldap = new Client({ url: directory.url, tlsOptions: { ca: directory.ca }, timeout: 2_000 });
    try {
      if (dn !== '') await ldap.bind(dn, password);
      return await work(ldap);
    } finally {
      await ldap.unbind().catch(() => undefined);
    }
  };
  const asService = <T>(work: (ldap: Client) => Promise<T>) =>
    asked(directory.service.dn, directory.service.password, work);
  const replace = (type: string, value: string) =>
    new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) });

  it('gives people out page by page', async () => {
    const pages = await asService(async (ldap) => {
      const sizes: number[] = [];
      const filter = new EqualityFilter({ attribute: 'objectClass', value: 'inetOrgPerson' });
      for await (const { searchEntries } of ldap.searchPaginated(baseDn, { filter, paged: { pageSize: 2 } }))
        sizes.push(searchEntries.length);
      return sizes;
    });
    expect(pages).toEqual([2, 1]);
  });

  it('shows strangers nothing but what it is, and people themselves alone', async () => {
    await asked('', '', async (ldap) => {
      const root = await ldap.search('', { scope: 'base', attributes: ['namingContexts'] });
      expect(root.searchEntries[0]).toMatchObject({ namingContexts: baseDn });
      await expect(ldap.search(baseDn, {})).rejects.toMatchObject({ code: 32 });
      await expect(ldap.modify(alice, replace('userPassword', 'Lantern-1'))).rejects.toMatchObject({ code: 8 });
    });
    await asked(alice, 'First-Pass-1', async (ldap) => {
      const own = await ldap.search(alice, { scope: 'base', attributes: ['mail', 'userPassword'] });
      expect(own.searchEntries[0]).toMatchObject({ mail: 'alice@probe.test' });
      expect(own.searchEntries[0]!.userPassword).toEqual([]);
      await expect(ldap.modify(alice, replace('userPassword', 'Lantern-1'))).rejects.toMatchObject({ code: 50 });
    });
  });

  it('keeps a password policy, and changes all of a modify or nothing', async () => {
    await asService(async (ldap) => {
      const short = [replace('employeeNumber', 'x'), replace('userPassword', 'short')];
      await expect(ldap.modify(alice, short)).rejects.toMatchObject({ code: 19 });
      await expect(ldap.modify(alice, replace('userPassword', 'First-Pass-1'))).rejects.toMatchObject({ code: 19 });
      const two = new Attribute({ type: 'employeeNumber', values: ['x', 'y'] });
      await expect(ldap.modify(alice, new Change({ operation: 'add', modification: two }))).rejects.toMatchObject({
        code: 19,
      });
    });
    expect(directory.stored('alice')).toMatchObject({ fence: null, passwordChanges: 0 });
  });

  it('locks after ten wrong tries, for half an hour', async () => {
    for (let n = 0; n < 10; n++) expect(await directory.signIn('alice@probe.test', 'wrong')).toBe('wrong');
    expect(await directory.signIn('alice@probe.test', 'First-Pass-1')).toBe('locked');
    expect(directory.list()[0]).toMatchObject({ user: 'alice@probe.test', locked: true });
    now = new Date('2026-01-01T00:30:00Z');
    expect(await directory.signIn('alice@probe.test', 'First-Pass-1')).toBe('right');
  });

  it('misbehaves as it is told, a write at a time', async () => {
    const write = (value: string) => asService((ldap) => ldap.modify(alice, replace('employeeNumber', value)));
    await directory.setFaults({ refuse: 1, busy: 1, drop: 1, lose: 1, delay: { next: 1, ms: 1 } });
    await expect(write('1')).rejects.toMatchObject({ code: 53 });
    await expect(write('2')).rejects.toMatchObject({ code: 51 });
    await expect(write('3')).rejects.toThrow();
    expect(directory.stored('alice')!.fence).toBeNull();
    await expect(write('4')).rejects.toThrow();
    expect(directory.stored('alice')!.fence).toBe('4');
    await write('5');
    expect(directory.faults()).toEqual({ ...noDirectoryFaults(), delay: { next: 0, ms: 1 } });
    await directory.setFaults({ down: true });
    await expect(write('6')).rejects.toThrow();
    await directory.setFaults({ down: false });
    await write('7');
    expect(directory.stored('alice')!.fence).toBe('7');
  });
});
