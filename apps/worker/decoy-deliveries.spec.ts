import type { DeliveryResult } from '#libs/domain/delivery/delivery';
import { DecoyDeliveries } from './decoy-deliveries.js';

const accepted: DeliveryResult = { kind: 'accepted', providerCode: 250 };
const down: DeliveryResult = { kind: 'deferred', reason: 'connection-refused' };
const unknown: DeliveryResult = { kind: 'refused', reason: 'mailbox-unknown', providerCode: 550 };

describe('the delivery of a decoy', () => {
  const after = async (...results: DeliveryResult[]) => {
    const decoys = new DecoyDeliveries();
    for (const result of results) await decoys.observe(() => Promise.resolve(result));
    return decoys.deliver();
  };

  it('succeeds like a mail to anybody', async () => expect(await after()).toEqual(accepted));
  it('R3: is delayed while nobody reaches the mail server', async () =>
    expect(await after(accepted, down)).toEqual(down));
  it('succeeds again when others do', async () => expect(await after(down, accepted)).toEqual(accepted));
  it('does not care about the trouble of one mailbox', async () =>
    expect(await after(accepted, unknown)).toEqual(accepted));

  it('takes as long as a real one lately took', async () => {
    const decoys = new DecoyDeliveries();
    const slow = () => new Promise<DeliveryResult>((done) => setTimeout(() => done(accepted), 60));
    for (let n = 0; n < 12; n++) await Promise.all([decoys.observe(slow), decoys.observe(slow), decoys.observe(slow)]);
    const start = performance.now();
    await decoys.deliver();
    expect(performance.now() - start).toBeGreaterThan(50);
  });
});
