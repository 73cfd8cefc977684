import { isLoopback } from '#libs/runtime/settings';

export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the first byte (`smtps:`) */
  secure: boolean;
  /** refuse to send when the server offers no STARTTLS */
  requireTls: boolean;
  /** on this machine: the only place where a certificate is not verified */
  loopback: boolean;
  user?: string;
  password?: string;
}

/**
 * Reads the setting `SMTP_URL`: `smtp[s]://[user:password@]host[:port][?requireTls=true]`. The port is 587, or 465 for
 * `smtps`. Throws a sentence that does not repeat the URL, since it may hold a password.
 */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname) {
    throw new Error('The mail server (SMTP_URL) must look like smtp://host:port or smtps://user:password@host.');
  }
  const unknown = [...url.searchParams.keys()].filter((name) => name !== 'requireTls');
  const requireTls = url.searchParams.get('requireTls') ?? 'false';
  if (unknown.length > 0 || !['true', 'false'].includes(requireTls)) {
    throw new Error('The mail server (SMTP_URL) takes one option: ?requireTls=true or ?requireTls=false.');
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = url.protocol === 'smtps:';
  return {
    host,
    port: url.port ? Number(url.port) : secure ? 465 : 587,
    secure,
    requireTls: requireTls === 'true',
    loopback: isLoopback(host),
    ...(url.username && { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
  };
}
