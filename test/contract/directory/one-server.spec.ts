import { startSimulatedDirectory, type SimulatedDirectory } from '#apps/outside/directory/simulated-directory';
import { asService } from '#libs/directory/directory-session';
import type { DirectoryOptions } from '#libs/directory/directory-options';
import type { Pin } from '#libs/directory/line';
import { systemClock } from '#libs/runtime/clock';

describe('a name behind which there may be several servers', () => {
  let directory: SimulatedDirectory;
  let options: DirectoryOptions;
  beforeAll(async () => {
    directory = await startSimulatedDirectory({
      clock: systemClock,
      baseDn: 'dc=probe,dc=test',
      firstPassword: 'First-Pass-1',
      people: [{ uid: 'alice', mail: 'alice@probe.test', unit: 'people' }],
    });
    options = {
      kind: 'openldap',
      url: directory.url.replace('127.0.0.1', 'localhost'),
      ca: directory.ca,
      baseDn: directory.baseDn,
      bindDn: directory.service.dn,
      bindPassword: directory.service.password,
      fenceAttribute: 'employeeNumber',
      protectedGroups: [],
      timeoutMs: 1_000,
    };
  });
  afterAll(() => directory?.close());

  it('leads to the same one for all that belongs together, whose certificate is for the name', async () => {
    const pin: Pin = {};
    const nothing = () => Promise.resolve('bound');
    expect(await asService(options, nothing, pin)).toBe('bound');
    expect(pin.address).toBe('127.0.0.1');
    expect(await asService(options, nothing, pin)).toBe('bound');
    // Nobody is there: the name is not asked again for somebody else.
    await expect(asService(options, nothing, { address: '127.0.0.9' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
