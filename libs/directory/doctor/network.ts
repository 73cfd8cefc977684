import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { directoryTimeout, type DirectoryOptions } from '../directory-options.js';
import { failed, ok, warning, type Finding } from './finding.js';

const soonMs = 30 * 86_400_000;

/** The way to the directory: its name, its port, its certificate. Ends at the first that does not work. */
export async function examineNetwork({ url, ca, timeoutMs = directoryTimeout }: DirectoryOptions): Promise<Finding[]> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const at = { host, port: Number(port || 636), timeoutMs };
  const name = await examineName(host);
  if (name.state === 'failed') return [name];
  const tcp = await examinePort(at);
  if (tcp.state === 'failed') return [name, tcp];
  return [name, tcp, ...(await examineCertificate(at, ca))];
}

async function examineName(host: string): Promise<Finding> {
  if (isIP(host)) return ok('dns', `${host} is an address; no name is needed`);
  try {
    const found = await lookup(host, { all: true });
    return severalOf(host, found);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'no answer';
    return failed(
      'dns',
      `${host} is not known (${reason})`,
      'Correct the host in LDAP_URL, or this machine’s DNS servers.',
    );
  }
}

/** A fence is atomic on one server: of a name that stands for several, two resets may reach two. */
export function severalOf(
  host: string,
  found: readonly { readonly address: string; readonly family: number }[],
): Finding {
  const shown = `${host} is ${found.map(({ address }) => address).join(', ')}`;
  const one = [4, 6].every((family) => found.filter((place) => place.family === family).length <= 1);
  if (one) return ok('dns', shown);
  return warning('dns', shown, 'Name one domain controller in LDAP_URL: two resets must not be decided by two.');
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

function examinePort({ host, port, timeoutMs }: Place): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: timeoutMs });
    const end = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    const fix = `Open TCP ${port} from this machine to ${host} in the firewalls between, and see that the directory listens on it.`;
    socket.once('connect', () => end(ok('tcp', `${host}:${port} takes connections`)));
    socket.once('timeout', () => end(failed('tcp', `${host}:${port} does not answer within ${timeoutMs} ms`, fix)));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(failed('tcp', `${host}:${port} cannot be reached (${error.code ?? 'error'})`, fix)),
    );
  });
}

async function examineCertificate(place: Place, ca: string | undefined): Promise<Finding[]> {
  const seen = await handshake(place, ca, true);
  if ('certificate' in seen)
    return [ok('tls', `${seen.protocol}, the certificate is trusted`), examineExpiry(seen.certificate)];
  // Looked at without trust, to say what is wrong with it; nothing is sent.
  const loose = await handshake(place, ca, false);
  const shown =
    'certificate' in loose
      ? ` It is for ${loose.certificate.subjectaltname ?? loose.certificate.subject?.CN ?? 'nobody'}, signed by “${loose.certificate.issuer?.CN ?? '?'}”, valid until ${loose.certificate.valid_to}.`
      : '';
  return [failed('tls', `${reasonOf(seen.code)}.${shown}`, remedyOf(seen.code, place.host))];
}

function examineExpiry({ valid_to }: PeerCertificate): Finding {
  const left = Date.parse(valid_to) - Date.now();
  const until = new Date(valid_to).toISOString();
  return left < soonMs
    ? warning(
        'tls-expiry',
        `the certificate ends at ${until}`,
        'Renew the directory’s certificate before then, or writebacks stop.',
      )
    : ok('tls-expiry', `the certificate is valid until ${until}`);
}

type Seen = { readonly certificate: PeerCertificate; readonly protocol: string } | { readonly code: string };

function handshake({ host, port, timeoutMs }: Place, ca: string | undefined, strict: boolean): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host,
      port,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: strict,
      timeout: timeoutMs,
      ...(isIP(host) ? {} : { servername: host }),
      ...(ca && { ca }),
    });
    const end = (seen: Seen): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.once('secureConnect', () =>
      end({ certificate: socket.getPeerCertificate(), protocol: socket.getProtocol() ?? 'TLS' }),
    );
    socket.once('timeout', () => end({ code: 'TIMEOUT' }));
    socket.once('error', (error: NodeJS.ErrnoException) => end({ code: error.code ?? 'ERROR' }));
  });
}

const reasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  TIMEOUT: 'the handshake does not end',
};
const reasonOf = (code: string): string => reasons[code] ?? `the certificate is not trusted (${code})`;

function remedyOf(code: string, host: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `Use a name of the certificate in LDAP_URL, or add ${host} to its subjectAltName.`;
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the directory’s certificate.';
  if (code === 'CERT_NOT_YET_VALID') return 'Correct the clock of this machine or of the directory.';
  if (code === 'TIMEOUT') return 'See that the port speaks TLS from the first byte (LDAPS), not StartTLS.';
  return 'Set LDAP_CA_FILE to the PEM certificate of the authority that signed the directory’s certificate.';
}
