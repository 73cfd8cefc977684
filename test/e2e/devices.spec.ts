import { randomUUID, webcrypto } from 'node:crypto';
import { newDeviceKeys, signatureHeaders, type StoredKeys } from '#apps/outside/devices/device-key';
import { Person, type Any, type Answer } from '../support/journey';
import { signedIn, steppedUp } from '../support/phone';
import { startProduct, type Product } from '../support/product';

const first = 'Correct-Horse-1!';
const user = 'cloud.user@contoso.example';

interface Device {
  readonly deviceId: string;
  readonly keys: StoredKeys;
}

describe('the device API', () => {
  let product: Product;
  let person: Person;
  let session: string;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(async () => {
    session = await opened(user);
  });
  afterEach(async () => {
    const { body } = await person.get('/api/v1/me/devices', { token: session });
    for (const { deviceId } of body.devices as Device[]) await removed(deviceId);
  });
  afterAll(() => product.remove());

  describe('pairing', () => {
    it('gives a code whose secret stands in the fragment of an address, the same when asked again', async () => {
      const key = randomUUID();
      const [one, again] = [await offered({ key }), await offered({ key })];
      expect(one).toMatchObject({ status: 201 });
      expect(again.body).toEqual(one.body);
      const { pairingCode, pairingUrl } = one.body;
      expect(pairingUrl).toBe(`${product.url}/device#pair=${pairingCode}`);
      expect(pairingCode).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    });

    it('F13: is for somebody signed in who proved another method lately', async () => {
      expect(await person.post('/api/v1/me/devices')).toMatchObject({ status: 401, body: { code: 'session-invalid' } });
      const device = await paired();
      await person.advance('PT10M');
      const refused = { status: 403, body: { code: 'step-up-required' } };
      expect(await offered()).toMatchObject(refused);
      expect(await removed(device.deviceId)).toMatchObject(refused);
      session = await opened(user);
    });

    it('T8: takes a code once, however typed and however many try at once', async () => {
      const { pairingCode } = (await offered()).body;
      const typed = (pairingCode as string).toLowerCase().replaceAll('-', ' ');
      const answers = await Promise.all(Array.from({ length: 8 }, () => pair(typed)));
      expect(answers.map(({ answer }) => answer.status).sort()).toEqual([201, ...Array<number>(7).fill(422)]);
      expect((await pair(pairingCode)).answer.body.code).toBe('pairing-invalid');
    });

    it('answers a repetition alike', async () => {
      const { pairingCode } = (await offered()).body;
      const [key, keys] = [randomUUID(), await newDeviceKeys()];
      const one = await pair(pairingCode, keys, { key });
      const again = await pair(pairingCode, keys, { key });
      expect([one.answer.status, again.answer.status]).toEqual([201, 201]);
      expect(again.answer.body.deviceId).toBe(one.answer.body.deviceId);
      expect(one.answer.body).toMatchObject({ organisation: 'Contoso', username: user });
    });

    it('T15: refuses a code after ten minutes', async () => {
      const { pairingCode } = (await offered()).body;
      await person.advance('PT10M');
      expect((await pair(pairingCode)).answer).toMatchObject({ status: 422, body: { code: 'pairing-invalid' } });
      session = await opened(user);
    });

    it('T14: refuses a code once the account changed', async () => {
      const [one, other] = [await offered(), await offered()];
      expect((await pair(one.body.pairingCode)).answer.status).toBe(201);
      expect((await pair(other.body.pairingCode)).answer.body.code).toBe('pairing-invalid');
    });

    it.each([
      ['a private key', async () => (await newDeviceKeys()).privateKey],
      ['no key', async () => ({ kty: 'OKP', crv: 'Ed25519', x: 'AA' })],
      ['a point beside the curve', async () => ({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) })],
    ] as const)('takes no device with %s', async (_, publicKey) => {
      const { pairingCode } = (await offered()).body;
      const body = { pairingCode, name: 'Phone', publicKey: await publicKey() };
      expect(await person.post('/api/v1/devices', body)).toMatchObject({ status: 400 });
    });

    it('takes push subscriptions of the known push services only', async () => {
      const { pairingCode } = (await offered()).body;
      const keys = { p256dh: 'B'.repeat(87), auth: 'A'.repeat(22) };
      const to = (endpoint: string) => pair(pairingCode, undefined, {}, { endpoint, keys });
      expect((await to('https://169.254.169.254/latest')).answer.body.code).toBe('push-service-unknown');
      expect((await to('https://fcm.googleapis.com/fcm/send/abc')).answer.status).toBe(201);
      const { body } = await person.get('/api/v1/me/devices', { token: session });
      expect(body.devices).toMatchObject([{ name: 'Phone', push: true }]);
    });

    it('takes five devices of one account', async () => {
      for (let n = 0; n < 5; n++) await paired();
      expect(await offered()).toMatchObject({ status: 409, body: { code: 'too-many-devices' } });
    });
  });

  describe('a request of a device', () => {
    it('is taken when its device signed it, and once', async () => {
      const device = await paired();
      const request = await signed(device, 'GET', 'approvals');
      expect(await send(request)).toMatchObject({ status: 200, body: { approvals: [] } });
      expect(await send(request)).toMatchObject({ status: 401, body: { code: 'device-invalid' } });
    });

    it('is taken when signed with P-256', async () => {
      const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
      const publicKey = await webcrypto.subtle.exportKey('jwk', pair.publicKey);
      const { pairingCode } = (await offered()).body;
      const { body } = await person.post('/api/v1/devices', { pairingCode, name: 'Browser', publicKey });
      const path = `/api/v1/devices/${body.deviceId}/approvals`;
      const created = Math.floor(Date.parse(body.now as string) / 1000);
      const parameters = `("@method" "@path");created=${created};nonce="${'n'.repeat(22)}";keyid="${body.deviceId}";alg="ecdsa-p256-sha256"`;
      const base = `"@method": GET\n"@path": ${path}\n"@signature-params": ${parameters}`;
      const hash = { name: 'ECDSA', hash: 'SHA-256' };
      const bytes = Buffer.from(await webcrypto.subtle.sign(hash, pair.privateKey, Buffer.from(base)));
      const headers = {
        'signature-input': `keyturn=${parameters}`,
        signature: `keyturn=:${bytes.toString('base64')}:`,
      };
      expect((await person.get(path, { headers })).status).toBe(200);
    });

    it('is refused unsigned, stale, early, by another device, or changed on its way', async () => {
      const [device, other] = [await paired(), await paired()];
      const wish = { answer: 'deny' };
      const right = await signed(device, 'POST', `approvals/${randomUUID()}`, wish);
      const shifted = async (ms: number) => signed(device, 'GET', 'approvals', undefined, ms);
      const foreign = await signed({ deviceId: device.deviceId, keys: other.keys }, 'GET', 'approvals');
      const requests: Request[] = [
        { ...right, headers: {} },
        { ...right, body: JSON.stringify({ answer: 'approve', number: '42' }) },
        { ...right, path: right.path.replace(/[^/]+$/, randomUUID()) },
        { ...right, path: `${right.path}?x=1` },
        { ...right, path: right.path.replace(device.deviceId, other.deviceId) },
        await shifted(-61_000),
        await shifted(62_000),
        foreign,
      ];
      for (const request of requests) {
        expect(await send(request)).toMatchObject({ status: 401, body: { code: 'device-invalid' } });
      }
      expect(await send(right)).toMatchObject({ status: 409, body: { code: 'approval-closed' } });
    });

    it('tells a device whose clock is wrong what time it is', async () => {
      const device = await paired();
      const { body } = await send(await signed(device, 'GET', 'approvals', undefined, -3_600_000));
      offset = Date.parse(body.now as string) - Date.now();
      expect((await send(await signed(device, 'GET', 'approvals'))).status).toBe(200);
    });
  });

  describe('a removed device', () => {
    it('answers nothing any more, whoever removed it', async () => {
      const [one, other] = [await paired(), await paired()];
      await aDayLater();
      const offers = async () => (await person.started(user)).view.methods.map(({ method }) => method);
      expect((await offers()).filter((method) => method === 'app-notification')).toHaveLength(1);
      expect((await send(await signed(one, 'DELETE', ''))).status).toBe(204);
      expect((await removed(other.deviceId)).status).toBe(204);
      for (const device of [one, other]) {
        expect((await send(await signed(device, 'GET', 'approvals'))).body.code).toBe('device-invalid');
        expect((await send(await signed(device, 'GET', 'events'))).body.code).toBe('device-invalid');
      }
      expect(await offers()).not.toContain('app-notification');
    });

    it("leaves other people's alone", async () => {
      const device = await paired();
      const stranger = await opened('two.methods@contoso.example');
      await person.request('DELETE', `/api/v1/me/devices/${device.deviceId}`, undefined, { token: stranger });
      expect((await send(await signed(device, 'GET', 'approvals'))).status).toBe(200);
    });
  });

  it("does not show one person's approvals to another's device, nor take its answer", async () => {
    const own = await paired();
    session = await opened('two.methods@contoso.example');
    const foreign = await paired();
    await aDayLater();
    const recovery = await person.started(user);
    const { challengeId, number } = (await recovery.post('challenges', { method: 'app-notification' })).body;
    const path = `approvals/${challengeId}`;
    expect((await send(await signed(foreign, 'GET', 'approvals'))).body.approvals).toEqual([]);
    const stolen = await send(await signed(foreign, 'POST', path, { answer: 'approve', number }));
    expect(stolen).toMatchObject({ status: 409, body: { code: 'approval-closed' } });
    expect((await recovery.get()).body.gatesPassed).toBe(0);
    expect(own.deviceId).not.toBe(foreign.deviceId);
    await recovery.post('cancel');
  });

  interface Request {
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
  }

  /** A session that may change methods. */
  async function opened(username: string): Promise<string> {
    await person.resetLimits();
    const token = await signedIn(person, username, first);
    await steppedUp(person, token, username);
    return token;
  }

  /** When a device that was added may recover. */
  async function aDayLater(): Promise<void> {
    await person.advance('PT24H');
    offset += 24 * 3_600_000;
    session = await opened(user);
  }

  const offered = (options: { key?: string } = {}): Promise<Answer<Any>> =>
    person.post('/api/v1/me/devices', {}, { token: session, ...options });

  const removed = (deviceId: string): Promise<Answer<Any>> =>
    person.request('DELETE', `/api/v1/me/devices/${deviceId}`, undefined, { token: session });

  async function pair(
    pairingCode: string,
    given?: StoredKeys,
    options: { key?: string } = {},
    pushSubscription?: object,
  ): Promise<{ answer: Answer<Any>; keys: StoredKeys }> {
    const keys = given ?? (await newDeviceKeys());
    const body = {
      pairingCode,
      publicKey: keys.publicKey,
      name: 'Phone',
      ...(pushSubscription && { pushSubscription }),
    };
    return { answer: await person.post('/api/v1/devices', body, options), keys };
  }

  async function paired(): Promise<Device> {
    const { pairingCode } = (await offered()).body;
    const { answer, keys } = await pair(pairingCode);
    offset = Date.parse(answer.body.now as string) - Date.now();
    return { deviceId: answer.body.deviceId as string, keys };
  }

  /** The tests move the server's clock on. */
  let offset = 0;

  async function signed(
    { deviceId, keys }: Device,
    method: string,
    rest: string,
    wish?: object,
    shift = 0,
  ): Promise<Request> {
    const path = `/api/v1/devices/${deviceId}${rest && `/${rest}`}`;
    const body = wish && JSON.stringify(wish);
    const now = new Date(Date.now() + offset + shift);
    const headers = await signatureHeaders(deviceId, keys, { method, path, body, now });
    return { method, path, headers, ...(body !== undefined && { body }) };
  }

  const send = ({ method, path, headers, body }: Request): Promise<Answer<Any>> =>
    person.request(method, path, body === undefined ? undefined : JSON.parse(body), { headers });
});
