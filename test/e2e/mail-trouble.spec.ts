import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { codeIn, eventually, Person, type Recovery } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

describe('trouble with the mail server', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(async () => {
    await person.faults({ refuse: 0, greylist: 0, drop: 0, down: false });
    await person.advance('PT25H');
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/mail');
  });
  afterAll(() => product.remove());

  const stateOf = async (recovery: Recovery): Promise<string> => (await recovery.get()).body.challenge.state;
  const untilState = (recovery: Recovery, state: string) =>
    eventually(async () => (await stateOf(recovery)) === state && state);

  /** The history as an operator reads it, once it ends so: its rows follow the events, and a mail is there before the event. */
  const historyUntil = (recovery: Recovery, last: string): Promise<string[]> =>
    eventually(async () => {
      const args = ['dist/apps/cli/main.js', 'case', recovery.view.supportCode, '--json'];
      const env = { ...process.env, NODE_OPTIONS: '', KEYTURN_DATA_DIR: product.dataDir };
      const found = await promisify(execFile)('node_modules/.bin/node', args, { env }).catch(() => ({ stdout: '' }));
      const tries = [...found.stdout.matchAll(/"type": "(Delivery\w+)"/g)].map(([, type]) => type!);
      return tries.at(-1) === last && tries;
    });

  it('a mail that is refused shows as failed, and another try may succeed', async () => {
    await person.faults({ refuse: 1 });
    const recovery = await person.started(user);
    await recovery.challenged(address);
    await untilState(recovery, 'failed');
    const challengeId = await recovery.challenged(address);
    expect((await recovery.answer(challengeId, await recovery.codeFrom(address))).status).toBe(200);
    expect(await historyUntil(recovery, 'DeliveryAccepted')).toEqual([
      'DeliveryAttempted',
      'DeliveryFailed',
      'DeliveryAttempted',
      'DeliveryAccepted',
    ]);
  });

  it('a greylisting server delays the code, and gets it again', async () => {
    await person.faults({ greylist: 2 });
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    await untilState(recovery, 'delayed');
    const code = await recovery.codeFrom(address);
    await untilState(recovery, 'sent');
    expect((await recovery.answer(challengeId, code)).status).toBe(200);
    const tries = await historyUntil(recovery, 'DeliveryAccepted');
    expect(tries.filter((type) => type === 'DeliveryDeferred')).toHaveLength(2);
  });

  it('a connection dropped after DATA: the mail is tried again with the same code', async () => {
    await person.faults({ drop: 1 });
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    const code = await recovery.codeFrom(address);
    expect((await recovery.answer(challengeId, code)).status).toBe(200);
    const [mail, ...others] = await person.mails(address);
    expect([mail && codeIn(mail), others]).toEqual([code, []]);
    expect(await historyUntil(recovery, 'DeliveryAccepted')).toEqual([
      'DeliveryAttempted',
      'DeliveryDeferred',
      'DeliveryAttempted',
      'DeliveryAccepted',
    ]);
  });

  it('a server that is away: the person sees it, and the code comes once it is back', async () => {
    await person.faults({ down: true });
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    await untilState(recovery, 'delayed');
    await person.faults({ down: false });
    const code = await recovery.codeFrom(address);
    await untilState(recovery, 'sent');
    expect((await recovery.answer(challengeId, code)).status).toBe(200);
    const tries = await historyUntil(recovery, 'DeliveryAccepted');
    expect(tries.slice(-2)).toEqual(['DeliveryAttempted', 'DeliveryAccepted']);
    expect(tries.slice(0, -2).length).toBeGreaterThan(0);
    const failed = tries.slice(0, -2).map((_, n) => (n % 2 === 0 ? 'DeliveryAttempted' : 'DeliveryDeferred'));
    expect(tries.slice(0, -2)).toEqual(failed);
    expect(await person.mails(address)).toHaveLength(1);
  });

  it('a code is never sent after it expired', async () => {
    await person.faults({ down: true });
    const recovery = await person.started(user);
    await recovery.challenged(address);
    await untilState(recovery, 'delayed');
    await person.advance('PT10M');
    expect(await stateOf(recovery)).toBe('expired');
    await person.faults({ down: false });
    // Everything due has run, and a later code overtakes whatever might still be on its way.
    await person.advance('PT1M');
    await recovery.challenged(address);
    await recovery.codeFrom(address);
    expect((await person.mails(address)).filter((mail) => codeIn(mail))).toHaveLength(1);
  });
});
