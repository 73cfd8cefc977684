import { randomBytes, randomUUID } from 'node:crypto';
import { deliveryTag, readDeliveryTag, type TaggedTry } from './delivery-tag.js';

const key = randomBytes(32);
const [recoveryId, deliveryId, accountId, contactRef] = Array.from({ length: 4 }, () => randomUUID());
const tries: TaggedTry[] = [
  {
    ref: { kind: 'challenge', recoveryId: recoveryId!, deliveryId: deliveryId!, attempt: 2 },
    accountId: accountId!,
    contactRef: contactRef!,
  },
  { ref: { kind: 'notice', deliveryId: deliveryId!, attempt: 1 }, accountId: accountId!, contactRef: contactRef! },
];

describe('what a mail is known by when it comes back', () => {
  it.each(tries)('names its try: %j', (tried) => {
    const tag = deliveryTag(key, tried);
    expect(tag).toMatch(/^[\w.-]{100,300}$/);
    expect(readDeliveryTag(key, tag)).toEqual(tried);
  });

  it('cannot be made up or changed', () => {
    const tag = deliveryTag(key, tries[1]!);
    expect(readDeliveryTag(randomBytes(32), tag)).toBeUndefined();
    for (let n = 0; n < tag.length; n++) {
      const other = tag.slice(0, n) + (tag[n] === 'a' ? 'b' : 'a') + tag.slice(n + 1);
      expect(readDeliveryTag(key, other)).toBeUndefined();
    }
    for (const bad of ['', '.', '......', `${tag}.x`, 'x'.repeat(1_000)])
      expect(readDeliveryTag(key, bad)).toBeUndefined();
  });
});
