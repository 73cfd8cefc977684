import type { DirectoryOptions } from '#libs/directory/directory-options';
import { examineDirectory } from '#libs/directory/doctor/examine-directory';
import type { Peopled } from './known-people';

/** What the doctor says of a directory: fit as it is, and what to do where a setting is wrong. */
export function examinedSuite(given: () => Peopled): void {
  describe('examined', () => {
    const findings = (change: Partial<DirectoryOptions> = {}) =>
      examineDirectory(
        { ...given().options, timeoutMs: 2_000, ...change },
        { units: [given().dns.carol.replace(/^[^,]+,/, '')] },
      );
    const failures = async (change: Partial<DirectoryOptions>) =>
      (await findings(change)).filter(({ state }) => state === 'failed').map(({ check }) => check);

    it('is found fit for use, and unchanged', async () => {
      const before = await Promise.all([given().fence('carol'), given().changes('carol')]);
      const all = await findings();
      expect(all.filter(({ state }) => state === 'failed')).toEqual([]);
      const checks = ['dns', 'tcp', 'tls', 'bind', 'base', 'sample-user', 'rights', 'fence', 'mode', 'directory-clock'];
      expect(all.map(({ check }) => check)).toEqual(expect.arrayContaining(checks));
      expect(await Promise.all([given().fence('carol'), given().changes('carol')])).toEqual(before);
    });

    it('is found wanting, each time with something to do', async () => {
      const host = new URL(given().options.url).host;
      expect(await failures({ url: 'ldaps://no-such-host.invalid' })).toEqual(['dns']);
      expect(await failures({ url: 'ldaps://127.0.0.1:1' })).toEqual(['tcp']);
      expect(await failures({ ca: undefined })).toEqual(['tls']);
      expect(await failures({ bindPassword: 'wrong' })).toEqual(['bind']);
      expect(await failures({ baseDn: `ou=nowhere,${given().options.baseDn}` })).toEqual(['base', 'sample-user']);
      expect(await failures({ fenceAttribute: 'objectClass' })).toContain('fence');
      expect(await failures({ fenceAttribute: 'noSuchAttribute' })).toContain('fence');
      const nowhere = `cn=nowhere,${given().options.baseDn}`;
      expect(await failures({ protectedGroups: [nowhere] })).toEqual(['protected-groups']);
      const all = await findings({ ca: undefined, url: `ldaps://${host}` });
      expect(all.find(({ check }) => check === 'tls')!.fix).toMatch(/LDAP_CA_FILE/);
    });
  });
}
