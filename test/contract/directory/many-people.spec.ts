import { jest } from '@jest/globals';
import { Directory } from '#libs/directory/directory';
import type { DirectoryOptions } from '#libs/directory/directory-options';
import { examineDirectory } from '#libs/directory/doctor/examine-directory';
import { startSlapd, type Slapd } from '../../support/slapd';

jest.setTimeout(60_000);

const mails = Array.from({ length: 600 }, (_, n) => `person-${n}@probe.test`);

describe('more people than a page, and than slapd gives out by itself', () => {
  let slapd: Slapd | undefined;
  afterEach(() => slapd?.stop());
  const people = async (options: DirectoryOptions) =>
    (await examineDirectory(options, {})).find(({ check }) => check === 'people');

  it('are all read where the limits of the manual are set', async () => {
    slapd = await startSlapd(mails);
    const { options } = slapd;
    const { users } = await new Directory(options).usersSince(undefined);
    expect(users.filter(({ username }) => username?.startsWith('person-'))).toHaveLength(mails.length);
    expect((await new Directory(options).peopleThere()).size).toBe(users.length);
    expect(await people(options)).toMatchObject({ state: 'ok' });
  });

  it('are not taken for all where they are cut off, and the doctor names the line that helps', async () => {
    slapd = await startSlapd(mails, { limits: false });
    const { options } = slapd;
    await expect(new Directory(options).usersSince(undefined)).rejects.toMatchObject({ code: 4 });
    await expect(new Directory(options).peopleThere()).rejects.toMatchObject({ code: 4 });
    expect(await people(options)).toMatchObject({ state: 'failed', fix: expect.stringMatching(/olcLimits/) });
  });
});
