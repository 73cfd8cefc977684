import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { WriteResult } from '#libs/directory/write-result';
import { carryOut, whyUnreadable, type Hands } from './carry-out.js';
import { Identity, newIdentityKey, newPair } from './identity.js';
import { Journal } from './journal.js';

describe('carrying out a command', () => {
  let folder: string;
  let hands: Hands;
  let writes: number;
  let result: WriteResult;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-carry-out-'));
    [writes, result] = [0, { kind: 'done', writes: 1, fenced: true }];
    hands = {
      identity: await Identity.keep(join(folder, 'identity'), {
        agentId: randomUUID(),
        tenantId: randomUUID(),
        platformKey: { keyId: 'p', key: 'p' },
        identityKey: newIdentityKey().pem,
        identitySince: new Date().toISOString(),
        sealing: [{ ...(await newPair(new Date())), told: true }],
      }),
      journal: new Journal(folder),
      directory: { write: () => Promise.resolve((writes++, result)) },
      now: () => new Date(),
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const command = (more: Partial<WriteCommand> = {}): WriteCommand => ({
    type: 'write',
    writebackId: randomUUID(),
    accountId: randomUUID(),
    recoveryId: randomUUID(),
    userId: randomUUID(),
    epoch: 1,
    kind: 'unlock',
    sealed: null,
    doubleReset: false,
    deadline: new Date(Date.now() + 60_000).toISOString(),
    ...more,
  });
  const unopenable = () => command({ kind: 'reset', sealed: { platformKeyId: 'p', copies: [] } });

  it('is unreadable when nothing that opens came with it', async () => {
    expect(await carryOut(hands, unopenable())).toMatchObject({ result: 'unreadable', writes: 0 });
    expect(writes).toBe(0);
  });

  it('says why nothing opens', async () => {
    const { keyId } = hands.identity.sealingKeys()[0]!;
    const copies = [{ keyId, enc: '', sealed: '' }];
    const why = (sealed: WriteCommand['sealed']) => whyUnreadable(hands.identity, { sealed });
    expect(why(null)).toBe('nothing-sealed');
    expect(why({ platformKeyId: 'other', copies })).toBe('platform-key-changed');
    expect(why({ platformKeyId: 'p', copies: [] })).toBe('not-for-this-agent');
    expect(why({ platformKeyId: 'p', copies })).toBe('does-not-open');
  });

  it('that was begun is not called unchanged because its password does not open any more', async () => {
    expect(await carryOut(hands, unopenable(), true)).toBeUndefined();
  });

  it('does nothing that it cannot note, and says so, so that another agent may', async () => {
    // A file in the place of the folder: no user, not even root, may write there.
    await writeFile(join(folder, 'writebacks'), '');
    expect(await carryOut(hands, command())).toMatchObject({ result: 'unreachable', trouble: 'not-kept', writes: 0 });
    expect(writes).toBe(0);
  });

  it('tells what was done although the disk takes no receipt', async () => {
    const one = command();
    hands = {
      ...hands,
      directory: {
        write: async () => {
          await mkdir(join(folder, 'writebacks', `${one.writebackId}.json.new`));
          return result;
        },
      },
    };
    expect(await carryOut(hands, one)).toMatchObject({ result: 'succeeded', writes: 1 });
  });

  it('tells no rule that the platform would not take', async () => {
    const never = 9_223_372_036_854_775_807 / 36_000_000_000;
    result = { kind: 'rejected-by-policy', rules: { minimumAgeHours: never, minimumLength: -1, complexity: true } };
    const { rules } = (await carryOut(hands, command()))!;
    expect(rules).toEqual({ minimumAgeHours: 10_000, minimumLength: 0, complexity: true });
  });
});
