import { randomBytes, randomUUID } from 'node:crypto';
import { notMeToken, readNotMeToken, type NoticeNamed } from './not-me-token.js';

const key = randomBytes(32);
const notice = (changes: Partial<NoticeNamed> = {}): NoticeNamed => ({
  ...{ accountId: randomUUID(), noticeId: randomUUID(), credentialId: randomUUID(), revision: 17 },
  ...changes,
});

describe('T3: the token of a "this was not me" link', () => {
  it.each([notice(), notice({ credentialId: null }), notice({ revision: 2 ** 32 - 1 })])(
    'names its notice',
    (named) => {
      const token = notMeToken(key, named)!;
      expect(token).toMatch(/^[\w-]{112}$/);
      expect(readNotMeToken(key, token)).toEqual(named);
    },
  );

  it('is made by nobody without the key, and every bit of it counts', () => {
    const token = notMeToken(key, notice())!;
    expect(readNotMeToken(randomBytes(32), token)).toBeUndefined();
    const bytes = Buffer.from(token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const other = Buffer.from(bytes);
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(readNotMeToken(key, other.toString('base64url'))).toBeUndefined();
    }
  });

  it.each(['', 'x', 'A'.repeat(112), `${notMeToken(key, notice())}A`, `${notMeToken(key, notice())!.slice(0, 111)}=`])(
    'is not %j',
    (token) => expect(readNotMeToken(key, token)).toBeUndefined(),
  );

  it('is not made for what is no id of ours', () => {
    expect(notMeToken(key, notice({ noticeId: 'notice-1' }))).toBeUndefined();
  });
});
