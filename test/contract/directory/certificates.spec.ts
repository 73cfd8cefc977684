import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { authorityIn, type Authority } from '#apps/agent/authority';
import { ownCertificate } from '#apps/outside/directory/certificate';
import { Directory } from '#libs/directory/directory';
import type { DirectoryOptions } from '#libs/directory/directory-options';
import { examineNetwork } from '#libs/directory/doctor/network';

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

describe('a directory whose certificate or protocol is not to be trusted', () => {
  /** Takes passwords, if it ever gets one. */
  async function answered(own: TlsOptions, host: string, ca: string, authority?: Authority) {
    let heard = 0;
    const server = createServer(own, (socket) => void socket.on('data', () => heard++).on('error', () => undefined));
    server.on('tlsClientError', () => undefined).listen(0, '0.0.0.0');
    await once(server, 'listening');
    try {
      const options: DirectoryOptions = {
        kind: 'openldap',
        url: `ldaps://${host}:${(server.address() as AddressInfo).port}`,
        get ca() {
          return authority?.pem ?? ca;
        },
        bindDn: 'cn=svc',
        bindPassword: 'Canary-Bind-4711!',
        baseDn: 'dc=probe,dc=test',
        fenceAttribute: 'employeeNumber',
        protectedGroups: [],
        timeoutMs: 1_000,
      };
      const result = await new Directory(options).write(
        {
          userId: randomUUID(),
          epoch: 1,
          writebackId: randomUUID(),
          password: 'Lantern-1!',
          unlock: true,
          deadline: Date.now() + 60_000,
        },
        () => Promise.resolve(),
      );
      const finding = (await examineNetwork(options)).find(({ check }) => check === 'tls')!;
      return { result, heard, finding };
    } finally {
      server.close();
    }
  }

  const refused = { kind: 'unreachable', trouble: 'certificate-refused' };

  it('hears nothing when its certificate has expired', async () => {
    const { certificate: cert, key } = ownCertificate(daysAgo(20), 10);
    const { result, heard, finding } = await answered({ cert, key }, '127.0.0.1', cert);
    expect([result, heard]).toEqual([refused, 0]);
    expect(finding).toMatchObject({ state: 'failed', detail: expect.stringMatching(/expired/) });
    expect(finding.fix).toMatch(/[Rr]enew/);
  });

  it('hears nothing when its certificate is for another name', async () => {
    const { certificate: cert, key } = ownCertificate(new Date());
    const { result, heard, finding } = await answered({ cert, key }, '127.0.0.2', cert);
    expect([result, heard]).toEqual([refused, 0]);
    expect(finding).toMatchObject({ state: 'failed', detail: expect.stringMatching(/another name/) });
    expect(finding.fix).toContain('LDAP_URL');
  });

  it('hears nothing when another authority signed it', async () => {
    const { certificate: cert, key } = ownCertificate(new Date());
    const { result, heard, finding } = await answered(
      { cert, key },
      '127.0.0.1',
      ownCertificate(new Date()).certificate,
    );
    expect([result, heard]).toEqual([refused, 0]);
    expect(finding.fix).toContain('LDAP_CA_FILE');
  });

  describe('and the file that names its authority', () => {
    let folder: string;
    let file: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'keyturn-authority-'));
      file = join(folder, 'ca.pem');
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('count as they are now: one that was replaced is believed without a restart, the one before no more', async () => {
      const [former, own] = [ownCertificate(new Date()), ownCertificate(new Date())];
      await writeFile(file, former.certificate);
      const authority = authorityIn(file);
      const asked = () => answered({ cert: own.certificate, key: own.key }, '127.0.0.1', '', authority);
      expect((await asked()).result).toEqual(refused);
      await writeFile(file, own.certificate);
      const { result, heard } = await asked();
      // It takes what it is told, and never answers.
      expect([result.kind, heard > 0]).toEqual(['unreachable', true]);
      expect(result).not.toEqual(refused);
    });

    it('stand as they were while it is gone or half written', async () => {
      const { certificate } = ownCertificate(new Date());
      await writeFile(file, certificate);
      const authority = authorityIn(file);
      for (const half of ['', certificate.slice(0, 200)]) {
        await writeFile(file, half);
        expect(authority.pem).toBe(certificate);
      }
      await rm(file);
      expect(authority.pem).toBe(certificate);
    });

    it('are refused at the start when there is no certificate in it', async () => {
      for (const text of ['', 'a note', '-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n']) {
        await writeFile(file, text);
        expect(() => authorityIn(file)).toThrow();
      }
    });
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('hears nothing when it speaks no more than %s', async (maxVersion) => {
    const { certificate: cert, key } = ownCertificate(new Date());
    const old = { minVersion: maxVersion, maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' };
    const { result, heard, finding } = await answered({ cert, key, ...old }, '127.0.0.1', cert);
    expect([result, heard]).toEqual([refused, 0]);
    expect(finding.state).toBe('failed');
  });
});
