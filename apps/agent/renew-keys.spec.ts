import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSignature } from '#libs/commands/devices/message-signature';
import { Identity, newIdentityKey, newPair } from './identity.js';
import { Platform } from './platform.js';
import { renewKeys } from './renew-keys.js';

const dayMs = 86_400_000;

/** The platform's half: takes keys that the current one signed, and dies when it is told. */
class KeyDesk {
  sealingKeys: string[] = [];
  /** After it took what was sent, the answer gets lost. */
  loseAnswer = false;
  now = Date.now();
  readonly #server: Server;

  constructor(private identityKey: string) {
    this.#server = createServer((request, response) => {
      void this.#take(request).then((status) => {
        if (status === 0) return void request.socket.destroy();
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ now: new Date(this.now).toISOString() }));
      });
    });
  }

  async open(): Promise<URL> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  close = (): void => void this.#server.close().closeAllConnections();

  async #take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const header = (name: string) => String(request.headers[name] ?? '');
    const signature = readSignature({
      method: request.method!,
      target: request.url!,
      body,
      contentDigest: header('content-digest'),
      signatureInput: header('signature-input'),
      signature: header('signature'),
    });
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: this.identityKey }, format: 'jwk' });
    if (!signature || !verify(null, Buffer.from(signature.base), key, signature.bytes)) return 401;
    const { identityKey, sealingKey } = JSON.parse(body.toString()) as Record<string, string | undefined>;
    if (identityKey) this.identityKey = identityKey;
    if (sealingKey) this.sealingKeys.push(sealingKey);
    return this.loseAnswer ? 0 : 200;
  }
}

describe('keys that are replaced', () => {
  let dataDir: string;
  let desk: KeyDesk;
  let url: URL;
  const reported: string[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'keyturn-keys-'));
    const identity = newIdentityKey();
    desk = new KeyDesk(identity.publicKey);
    url = await desk.open();
    reported.length = 0;
    await Identity.keep(dataDir, {
      agentId: '00000000-0000-4000-8000-000000000001',
      tenantId: '00000000-0000-4000-8000-000000000002',
      platformKey: { keyId: 'p', key: 'p' },
      identityKey: identity.pem,
      identitySince: new Date().toISOString(),
      sealing: [{ ...(await newPair(new Date())), told: true }],
    });
  });
  afterEach(async () => {
    desk.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** As after a start: what is on the disk, and a question by which it learns the time. */
  const renew = async (): Promise<Identity> => {
    const identity = (await Identity.load(dataDir))!;
    const platform = new Platform(url, () => identity.signer);
    await platform.call('POST', '/api/v1/agent/keys', {}).catch(() => undefined);
    await renewKeys(identity, platform, (event) => reported.push(event));
    return identity;
  };
  it('stay while they are young', async () => {
    await renew();
    expect([desk.sealingKeys, reported]).toEqual([[], []]);
  });

  it('for sealing: after a day, and the one before still opens', async () => {
    const [old] = (await Identity.load(dataDir))!.sealingKeys();
    desk.now += dayMs;
    const identity = await renew();
    expect(desk.sealingKeys).toHaveLength(1);
    expect(identity.sealingKeys().map(({ keyId }) => keyId)).toContain(old!.keyId);
    expect(reported).toEqual(['sealing-key-replaced']);
  });

  it('for sealing: when a clock that was ahead made it, so that nobody knows its age', async () => {
    desk.now -= dayMs;
    await renew();
    expect(desk.sealingKeys).toHaveLength(1);
  });

  it('for sealing: told again until the platform has answered, always the same one', async () => {
    desk.now += dayMs;
    // Learnt before the line went bad.
    const identity = (await Identity.load(dataDir))!;
    const platform = new Platform(url, () => identity.signer);
    await platform.call('POST', '/api/v1/agent/keys', {});
    desk.loseAnswer = true;
    await expect(renewKeys(identity, platform, () => undefined)).rejects.toThrow();
    desk.loseAnswer = false;
    await renew();
    expect(new Set(desk.sealingKeys).size).toBe(1);
    expect(reported).toEqual(['sealing-key-replaced']);
  });

  it('for identity: after half a year', async () => {
    desk.now += 183 * dayMs;
    await renew();
    expect(reported).toEqual(['sealing-key-replaced', 'identity-key-replaced']);
    await renew();
    expect(reported).toHaveLength(2);
  });

  it('for identity: on the disk before anybody hears of it, so that a crash loses nobody', async () => {
    const identity = (await Identity.load(dataDir))!;
    const platform = new Platform(url, () => identity.signer);
    desk.now += 183 * dayMs;
    await platform.call('POST', '/api/v1/agent/keys', {});
    await identity.addSealingPair({ ...(await newPair(platform.now())), told: true });
    desk.loseAnswer = true;
    await expect(renewKeys(identity, platform, () => undefined)).rejects.toThrow();
    desk.loseAnswer = false;
    expect(await readFile(join(dataDir, 'identity.json'), 'utf8')).toContain('nextIdentityKey');
    // The platform knows the new key alone; what starts now has to find out.
    await renew();
    expect(reported).toEqual(['identity-key-completed']);
    await renew();
    expect(reported).toEqual(['identity-key-completed']);
  });
});
