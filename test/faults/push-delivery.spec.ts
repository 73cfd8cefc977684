import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import webPush from 'web-push';
import { WebPush } from '#libs/channels/push/web-push';
import { account } from '#libs/domain/account/account';
import { recovery } from '#libs/domain/recovery/recovery';
import { presets } from '#libs/domain/tenant/policy';
import { minutes, plus } from '#libs/domain/time';
import { load } from '#libs/eventstore/execute';
import { startPushService, type PushService } from '../support/push-service';
import { until } from '../support/until';
import { World } from './worker-world';

describe('carrying a notification', () => {
  let world: World;
  let service: PushService;
  const keys = webPush.generateVAPIDKeys();

  beforeAll(async () => {
    [world, service] = await Promise.all([World.open('postgres'), startPushService()]);
    const sender = new WebPush({ ...keys, subject: 'https://reset.contoso.example', agent: service.agent });
    await world.worker({ leaseMs: 15_000 }, () => ({ webPush: sender }));
  });
  beforeEach(() => void (service.received.length = 0));
  afterAll(async () => {
    await world.close();
    await service.close();
  });

  it('wakes a device, and tells its push service nothing', async () => {
    const deviceId = await paired('phone');
    const { recoveryId, challengeId } = await asked(deviceId);
    await until('it is accepted', () => world.accepted(recoveryId));
    const [{ headers, body, path }, ...others] = service.received as [(typeof service.received)[0]];
    expect([path, others]).toEqual(['/phone', []]);
    expect(headers.authorization).toMatch(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=/);
    expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high' });
    expect(Number(headers.ttl)).toBeGreaterThan(200);
    for (const secret of [recoveryId, challengeId, await world.codeOf(recoveryId), 'approval']) {
      expect(body.toString('latin1')).not.toContain(secret);
    }
    expect((await owner()).approvals).toMatchObject([{ challengeId, recoveryId }]);
    await removed(deviceId);
  });

  it('forgets where nobody is any more; the approval waits for the next look', async () => {
    const deviceId = await paired('lost');
    service.answer('lost', 410);
    const { recoveryId } = await asked(deviceId);
    await until('it is accepted', () => world.accepted(recoveryId));
    expect(await world.types(`account-${world.accountId}`)).toContain('PushUnsubscribed');
    expect((await owner()).devices).toMatchObject([{ deviceId, push: null }]);
    await removed(deviceId);
  });

  it('tries again while a push service is busy', async () => {
    const deviceId = await paired('busy');
    service.answer('busy', 503);
    const { recoveryId } = await asked(deviceId);
    await until('it is put off', async () => (await world.deliveries(recoveryId)).includes('DeliveryDeferred'));
    service.answer('busy', 201);
    world.clock.setOffset(minutes(1));
    await until('it is accepted', () => world.accepted(recoveryId), 20_000);
    expect(service.received.length).toBeGreaterThan(1);
    await removed(deviceId);
  });

  it('fails where a push service refuses, and where there is no device', async () => {
    const deviceId = await paired('refused');
    service.answer('refused', 403);
    const refused = await asked(deviceId);
    await until('it failed', async () => (await world.deliveries(refused.recoveryId)).includes('DeliveryFailed'));
    await removed(deviceId);
    const nobody = await asked(randomUUID());
    await until('it failed', async () => (await world.deliveries(nobody.recoveryId)).includes('DeliveryFailed'));
  });

  it('asks nothing of anybody for a decoy, and looks alike', async () => {
    const { recoveryId } = await asked(null);
    await until('it is accepted', () => world.accepted(recoveryId));
    expect(service.received).toEqual([]);
  });

  const owner = async () => (await load(world.store, account, world.accountId)).state;

  async function paired(name: string): Promise<string> {
    const ecdh = createECDH('prime256v1');
    const subscription = {
      endpoint: service.endpoint(name),
      keys: { p256dh: ecdh.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') },
    };
    const { accountId: own, vault, clock } = world;
    const [key, contact, push] = await vault.sealAll([
      { owner: own, place: 'account/device-key', value: '{}' },
      { owner: own, place: 'account/contact', value: name },
      { owner: own, place: 'account/device-push', value: JSON.stringify(subscription) },
    ]);
    const deviceId = randomUUID();
    const { epoch } = await owner();
    const registration = { gatesRequired: 1, coolingOffHours: 0 } as const;
    const now = clock.now().toISOString();
    const data = { deviceId, key: key!, name: contact!, push: push!, epoch, registration, notices: [], now };
    await world.execute(account, own, { type: 'PairDevice', data });
    return deviceId;
  }

  const removed = (deviceId: string) =>
    world.execute(account, world.accountId, {
      type: 'RemoveDevice',
      data: { deviceId, notices: [], now: world.clock.now().toISOString() },
    });

  /** @param deviceId null for a name that is nobody's */
  async function asked(deviceId: string | null): Promise<{ recoveryId: string; challengeId: string }> {
    const recoveryId = randomUUID();
    const now = world.clock.now().toISOString();
    const contact = deviceId === null ? null : { ref: deviceId, sha256: 'name' };
    const { epoch } = await owner();
    await world.execute(recovery, recoveryId, {
      type: 'StartRecovery',
      data: {
        recoveryId,
        tenantId: world.tenantId,
        subject: contact
          ? { kind: 'account', accountId: world.accountId, origin: 'cloud', epoch }
          : { kind: 'decoy', token: 'token', refusal: 'unknown-user' },
        reason: 'forgot-password',
        canUnlock: false,
        supportCode: recoveryId.slice(0, 8),
        source: 'source',
        gatesRequired: 1,
        offers: [{ method: 'app-notification', contact, confirmContact: false, hideDomain: true }],
        limits: presets.hardened.limits,
        policyVersion: 1,
        expiresAt: plus(now, minutes(15)),
        now,
      },
    });
    const challengeId = randomUUID();
    const { keyId } = await world.vault.dayKey();
    const data = {
      method: 'app-notification',
      challengeId,
      keyId,
      digits: 2,
      expiresAt: plus(now, minutes(5)),
      now,
    } as const;
    await world.execute(recovery, recoveryId, { type: 'IssueChallenge', data });
    return { recoveryId, challengeId };
  }
});
