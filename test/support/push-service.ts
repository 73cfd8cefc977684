import { createServer, Agent } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PushService {
  /** Of a subscription with this name. */
  endpoint(name: string): string;
  /** Trusts this service's certificate. */
  readonly agent: Agent;
  readonly received: Pushed[];
  /** What it answers to a name from now on; 201 by default. */
  answer(name: string, status: number): void;
  close(): Promise<void>;
}

/** A push service (RFC 8030) on this machine, over TLS as the real ones. */
export async function startPushService(): Promise<PushService> {
  const received: Pushed[] = [];
  const answers = new Map<string, number>();
  const server = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(answers.get(path) ?? 201).end();
    });
  });
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ ca: cert });
  return {
    endpoint: (name) => `https://localhost:${port}/${name}`,
    agent,
    received,
    answer: (name, status) => void answers.set(`/${name}`, status),
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resume) => server.close(resume));
    },
  };
}

/** For `localhost` and nothing else, and as public as this file. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsWfjGRqZNJoIntO2
vVe75RVKIkzUYqGXFm4Idi2tlSShRANCAAQ3d0yfTK6haup65g5Fu8uw6mp9SOaI
0upGAYIPSJr05A57ODrKDG2HsAuoILcaiD7pvZF7nNHxvq55D71HXv8y
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUTwOAiRVLAWUTrPbWBRyohQunDJwwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjE1MTY1MloYDzIxMjYxMTAy
MTUxNjUyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ3d0yfTK6haup65g5Fu8uw6mp9SOaI0upGAYIPSJr05A57ODrKDG2H
sAuoILcaiD7pvZF7nNHxvq55D71HXv8yo28wbTAdBgNVHQ4EFgQU5rekoV6c8PHH
YwwSr63ni25uYfAwHwYDVR0jBBgwFoAU5rekoV6c8PHHYwwSr63ni25uYfAwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgJXwuw2jnEO+r8yoIl7hDMaGl3eQJa2w3PRtNL4Ur6VcCIQCC
Cq+qOo502qpXVm3JXv2q8v1+V66cpNC7xDbChS5aKA==
-----END CERTIFICATE-----`;
