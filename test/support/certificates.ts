import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An authority of its own and a certificate it signed, in PEM files of `folder`: ca.pem, cert.pem, key.pem. */
export async function makeCertificate(folder: string, names: readonly string[]): Promise<void> {
  const at = (file: string): string => join(folder, file);
  await writeFile(at('san'), `subjectAltName=${names.join(',')}`);
  const openssl = (...args: string[]) => run('openssl', args);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...curve,
    '-days',
    '2',
    '-subj',
    '/CN=Test authority',
    '-keyout',
    at('cakey.pem'),
    '-out',
    at('ca.pem'),
  );
  await openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=directory',
    '-keyout',
    at('key.pem'),
    '-out',
    at('csr.pem'),
  );
  const signing = ['-CA', at('ca.pem'), '-CAkey', at('cakey.pem'), '-CAcreateserial', '-days', '2'];
  await openssl('x509', '-req', '-in', at('csr.pem'), ...signing, '-extfile', at('san'), '-out', at('cert.pem'));
}
