import type { IncomingHttpHeaders } from 'node:http';

export interface GuardedRequest {
  method: string;
  /** as it stood in the request line */
  url: string;
  headers: IncomingHttpHeaders;
}

/**
 * Whether the simulated world may answer. It hands out codes, so it answers only to a browser or test on this very
 * machine: the host asked for is a loopback literal (a rebound DNS name is not), nothing between us forwarded the
 * request, and a write does not come from a page of somebody else.
 */
export function isFromThisMachine({ method, url, headers }: GuardedRequest): boolean {
  if (!url.startsWith('/') || !loopbackHost.test(headers.host ?? '')) return false;
  if (Object.keys(headers).some((name) => forwarding.test(name))) return false;
  if (method === 'GET' || method === 'HEAD') return true;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const forwarding =
  /^(forwarded|via|x-forwarded(-.*)?|x-real-ip|x-client-ip|x-original-.*|x-host|true-client-ip|cf-connecting-ip)$/;
