import { newSealingPair, openPassword, sealPassword, type SealingInfo, type SealingKey } from './sealed-password.js';

const info: SealingInfo = {
  tenantId: 'tenant-1',
  accountId: 'account-1',
  recoveryId: 'recovery-1',
  writebackId: 'writeback-1',
  userId: 'user-1',
  epoch: 7,
  deadline: '2026-03-02T09:02:00.000Z',
};

interface Pair {
  readonly open: SealingKey;
  readonly secret: SealingKey;
}

async function pair(keyId: string): Promise<Pair> {
  const { publicKey, privateKey } = await newSealingPair();
  return { open: { keyId, key: publicKey }, secret: { keyId, key: privateKey } };
}

describe('a sealed password', () => {
  let platform: Pair;
  let agent: Pair;
  let other: Pair;

  beforeAll(async () => {
    [platform, agent, other] = await Promise.all([pair('platform'), pair('agent'), pair('other')]);
  });

  it('is opened by every agent it was sealed for', async () => {
    const sealed = await sealPassword('Lantern-Harbour-1!é', info, platform.secret, [agent.open, other.open]);
    expect(await openPassword(sealed, info, platform.open, agent.secret)).toBe('Lantern-Harbour-1!é');
    expect(await openPassword(sealed, info, platform.open, other.secret)).toBe('Lantern-Harbour-1!é');
    expect(JSON.stringify(sealed)).not.toContain('Lantern');
  });

  it('P8: is opened by nobody else', async () => {
    const sealed = await sealPassword('Lantern-Harbour-1!', info, platform.secret, [agent.open]);
    expect(await openPassword(sealed, info, platform.open, other.secret)).toBeUndefined();
    const impostor = { ...other.secret, keyId: 'agent' };
    expect(await openPassword(sealed, info, platform.open, impostor)).toBeUndefined();
  });

  it('counts only as the platform’s own', async () => {
    const forged = await sealPassword('Chosen-By-Somebody-1!', info, other.secret, [agent.open]);
    expect(await openPassword(forged, info, platform.open, agent.secret)).toBeUndefined();
  });

  it('opens only for the command it was sealed for', async () => {
    const sealed = await sealPassword('Lantern-Harbour-1!', info, platform.secret, [agent.open]);
    const changes: Partial<SealingInfo>[] = [
      { tenantId: 'tenant-2' },
      { accountId: 'account-2' },
      { recoveryId: 'recovery-2' },
      { writebackId: 'writeback-2' },
      { userId: 'user-2' },
      { epoch: 8 },
      { deadline: '2026-03-02T09:03:00.000Z' },
    ];
    for (const change of changes) {
      expect(await openPassword(sealed, { ...info, ...change }, platform.open, agent.secret)).toBeUndefined();
    }
  });

  it('is noticed when a byte of it changed', async () => {
    const { copies, ...rest } = await sealPassword('Lantern-Harbour-1!', info, platform.secret, [agent.open]);
    const bytes = Buffer.from(copies[0]!.sealed, 'base64url');
    bytes[0]! ^= 1;
    const changed = { ...rest, copies: [{ ...copies[0]!, sealed: bytes.toString('base64url') }] };
    expect(await openPassword(changed, info, platform.open, agent.secret)).toBeUndefined();
  });
});
