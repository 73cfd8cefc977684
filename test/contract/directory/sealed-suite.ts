import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carryOut, type Hands } from '#apps/agent/carry-out';
import { Identity, newIdentityKey, newPair } from '#apps/agent/identity';
import { Journal } from '#apps/agent/journal';
import { Directory } from '#libs/directory/directory';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import { newSealingPair, sealPassword, type SealingInfo } from '#libs/directory/protocol/sealed-password';
import type { Peopled } from './known-people';

/** The agent itself, at a real directory: what it opens, and what it makes of what somebody else put together. */
export function sealedSuite(given: () => Peopled): void {
  let dataDir: string;
  let hands: Hands;
  let epoch = 3_000_000;
  const tenantId = randomUUID();
  const own = newPair(new Date());
  const platform = newSealingPair();
  const peopled = given;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'keyturn-sealed-'));
    const identity = await Identity.keep(dataDir, {
      agentId: randomUUID(),
      tenantId,
      platformKey: { keyId: 'platform', key: (await platform).publicKey },
      identityKey: newIdentityKey().pem,
      identitySince: new Date().toISOString(),
      sealing: [{ ...(await own), told: true }],
    });
    const directory = new Directory(peopled().options);
    hands = { identity, directory, journal: new Journal(dataDir), now: () => new Date() };
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const afterMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
  interface Made {
    readonly deadline?: string;
    readonly info?: Partial<SealingInfo>;
    /** Who seals; the platform when left out. */
    readonly by?: string;
    /** For whose key; this agent's when left out. */
    readonly for?: { readonly keyId: string; readonly key: string };
  }
  const command = async (password: string, made: Made = {}): Promise<WriteCommand> => {
    const { keyId, publicKey } = await own;
    const about = {
      accountId: randomUUID(),
      recoveryId: randomUUID(),
      writebackId: randomUUID(),
      userId: peopled().ids.bob,
      epoch: ++epoch,
      deadline: made.deadline ?? afterMs(60_000),
    };
    const key = { keyId: 'platform', key: made.by ?? (await platform).privateKey };
    const recipient = made.for ?? { keyId, key: publicKey };
    const sealed = await sealPassword(password, { tenantId, ...about, ...made.info }, key, [recipient]);
    return { type: 'write', ...about, kind: 'reset', sealed, doubleReset: false };
  };
  const resultOf = async (one: WriteCommand) => (await carryOut(hands, one))?.result;

  it('sets what the platform sealed for it', async () => {
    expect(await resultOf(await command('Genuine-Harbour-1!'))).toBe('succeeded');
    expect(await peopled().binds('bob', 'Genuine-Harbour-1!')).toBe(true);
  });

  it('S: sets nothing that was forged, swapped, kept back or meant for others', async () => {
    const before = await peopled().changes('bob');
    const stranger = await newSealingPair();
    const genuine = await command('Stolen-Harbour-1!');
    const late = await command('Stolen-Harbour-2!', { deadline: afterMs(-1) });
    const made = {
      'sealed by somebody else': command('Forged-Harbour-1!', { by: stranger.privateKey }),
      'sealed by nobody': { ...genuine, sealed: { platformKeyId: 'platform', copies: [] } },
      'moved to another person': { ...genuine, userId: peopled().ids.carol },
      'moved to another account': { ...genuine, accountId: randomUUID() },
      'moved to another recovery': { ...genuine, recoveryId: randomUUID() },
      'under another name': { ...genuine, writebackId: randomUUID() },
      'made the latest': { ...genuine, epoch: genuine.epoch + 1_000 },
      'good for longer': { ...late, deadline: afterMs(60_000) },
      'of another tenant': command('Forged-Harbour-2!', { info: { tenantId: randomUUID() } }),
      'of a sign-in': command('Forged-Harbour-3!', { info: { purpose: 'sign-in' } }),
      'for another agent': command('Forged-Harbour-4!', { for: { keyId: 'other', key: stranger.publicKey } }),
      'for another, under this one’s name': command('Forged-Harbour-5!', {
        for: { keyId: (await own).keyId, key: stranger.publicKey },
      }),
      'with a byte changed': {
        ...genuine,
        sealed: {
          ...genuine.sealed!,
          copies: genuine.sealed!.copies.map((copy) => ({ ...copy, sealed: `A${copy.sealed.slice(1)}B` })),
        },
      },
    };
    for (const [how, one] of Object.entries(made))
      expect([how, await resultOf(await one)]).toEqual([how, 'unreadable']);
    expect(await resultOf(late)).toBe('expired');
    expect(await peopled().changes('bob')).toBe(before);
    expect(await peopled().binds('bob', 'Genuine-Harbour-1!')).toBe(true);
  });
}
