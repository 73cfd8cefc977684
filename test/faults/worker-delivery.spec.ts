import { address, backends, codeIn, World } from './worker-world';
import { until } from '../support/until';

describe.each(backends)('the worker on %s', (backend) => {
  let world: World;
  beforeAll(async () => void (world = await World.open(backend)));
  afterAll(() => world.close());

  it('mails the code of a challenge and records it', async () => {
    await world.worker();
    const { recoveryId } = await world.challenged();
    await until('it is recorded', async () => (await world.deliveries(recoveryId)).includes('DeliveryAccepted'));
    expect(await world.deliveries(recoveryId)).toEqual(['DeliveryAttempted', 'DeliveryAccepted']);
    const [mail] = world.smtp.received;
    expect(mail!.recipients).toEqual([address]);
    expect(codeIn(mail!.raw)).toBe(await world.codeOf(recoveryId));
    expect([world.troubles, world.failed, world.alarms]).toEqual([[], [], []]);
  });
});
