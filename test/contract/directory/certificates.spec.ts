import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { ownCertificate } from '#apps/outside/directory/certificate';
import { Directory } from '#libs/directory/directory';
import type { DirectoryOptions } from '#libs/directory/directory-options';
import { examineNetwork } from '#libs/directory/doctor/network';

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

describe('a directory whose certificate or protocol is not to be trusted', () => {
  /** Takes passwords, if it ever gets one. */
  async function answered(own: TlsOptions, host: string, ca: string) {
    let heard = 0;
    const server = createServer(own, (socket) => void socket.on('data', () => heard++).on('error', () => undefined));
    server.on('tlsClientError', () => undefined).listen(0, '0.0.0.0');
    await once(server, 'listening');
    try {
      const options: DirectoryOptions = {
        kind: 'openldap',
        url: `ldaps://${host}:${(server.address() as AddressInfo).port}`,
        ca,
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

  it.each(['TLSv1', 'TLSv1.1'] as const)('hears nothing when it speaks no more than %s', async (maxVersion) => {
    const { certificate: cert, key } = ownCertificate(new Date());
    const old = { minVersion: maxVersion, maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' };
    const { result, heard, finding } = await answered({ cert, key, ...old }, '127.0.0.1', cert);
    expect([result, heard]).toEqual([refused, 0]);
    expect(finding.state).toBe('failed');
  });
});
