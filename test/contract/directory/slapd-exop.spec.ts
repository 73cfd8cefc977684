import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Attribute, Change } from 'ldapts';
import { Directory } from '#libs/directory/directory';
import { examineDirectory } from '#libs/directory/doctor/examine-directory';
import { startSlapd, type Slapd } from '../../support/slapd';
import { directorySuite } from './directory-suite';
import { asAnyone, type Peopled } from './known-people';
import { peopledSlapd } from './peopled-slapd';
import { wireSuite } from './wire-suite';

jest.setTimeout(120_000);

describe('OpenLDAP, where passwords are set by RFC 3062’s operation', () => {
  let server: Slapd;
  let peopled: Peopled;
  beforeAll(async () => {
    server = await startSlapd();
    const known = await peopledSlapd(server);
    peopled = { ...known, options: { ...known.options, passwordModify: 'exop' } };
  });
  afterAll(() => server?.stop());

  directorySuite(() => peopled, { fenced: false });
  describe('over a bad wire', () => wireSuite(() => peopled));

  it('is named by the doctor', async () => {
    const mode = (await examineDirectory(peopled.options, {})).find(({ check }) => check === 'mode');
    expect(mode).toMatchObject({ state: 'warning', detail: expect.stringMatching(/unfenced.*RFC 3062/) });
  });

  it('does not say that nothing was changed when the fence cannot follow the password', async () => {
    const request = {
      userId: peopled.ids.alice,
      epoch: 9_000_000,
      writebackId: randomUUID(),
      password: 'Fenceless-Harbour-1!',
      unlock: true,
      deadline: Date.now() + 60_000,
    };
    const unwritable = new Directory({ ...peopled.options, fenceAttribute: 'departmentNumber' });
    expect(await unwritable.write(request, () => Promise.resolve())).toEqual({
      kind: 'done',
      writes: 1,
      fenced: false,
    });
    expect(await peopled.binds('alice', 'Fenceless-Harbour-1!')).toBe(true);
  });

  it('sets a password once although its history would refuse it the second time', async () => {
    const request = {
      userId: peopled.ids.alice,
      epoch: 9_000_001,
      writebackId: randomUUID(),
      password: 'Repeated-Harbour-1!',
      unlock: true,
      deadline: Date.now() + 60_000,
    };
    const directory = new Directory(peopled.options);
    const before = await peopled.changes('alice');
    await directory.write(request, () => Promise.resolve());
    // As after a crash between the password and the fence.
    await asAnyone(server, server.root.dn, server.root.password, (ldap) =>
      ldap.modify(
        peopled.dns.alice,
        new Change({ operation: 'replace', modification: new Attribute({ type: 'employeeNumber', values: [] }) }),
      ),
    );
    const again = { ...request, begun: true, deadline: 0 };
    expect(await directory.write(again, () => Promise.resolve())).toEqual({ kind: 'done', writes: 1, fenced: false });
    expect((await peopled.changes('alice')) - before).toBe(1);
  });

  it('sets it once although the agent that set it died before it could leave its fence, and another takes over', async () => {
    const request = {
      userId: peopled.ids.alice,
      epoch: 9_000_002,
      writebackId: randomUUID(),
      password: 'Taken-Over-Harbour-1!',
      unlock: true,
      deadline: Date.now() + 60_000,
    };
    const before = await peopled.changes('alice');
    await new Directory(peopled.options).write(request, () => Promise.resolve());
    await asAnyone(server, server.root.dn, server.root.password, (ldap) =>
      ldap.modify(
        peopled.dns.alice,
        new Change({ operation: 'replace', modification: new Attribute({ type: 'employeeNumber', values: [] }) }),
      ),
    );
    const other = new Directory(peopled.options);
    const taken = await other.write({ ...request, tried: true }, () => Promise.resolve());
    expect(taken).toEqual({ kind: 'done', writes: 1, fenced: false });
    expect((await peopled.changes('alice')) - before).toBe(1);
    const fresh = {
      ...request,
      epoch: 9_000_003,
      writebackId: randomUUID(),
      password: 'Never-Set-Harbour-1!',
      tried: true,
    };
    expect(await other.write(fresh, () => Promise.resolve())).toEqual({ kind: 'done', writes: 1, fenced: false });
    expect(await peopled.binds('alice', 'Never-Set-Harbour-1!')).toBe(true);
  });
});
