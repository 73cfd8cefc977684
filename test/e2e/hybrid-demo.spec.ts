import { startProduct, type Product } from '../support/product';
import { eventually, Person, type Recovery } from '../support/journey';

const user = 'hybrid.user@contoso.example';
const address = 'hybrid.user@contoso.home.example';

describe('the demo’s own directory', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_OUTSIDE_DIRECTORY: 'simulated' });
    person = new Person(product.url);
  });
  afterAll(() => product?.remove());

  const outside = async (path: string, body?: object) => {
    const answer = await fetch(`${product.url}/outside/api/${path}`, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    return (answer.status === 204 ? {} : await answer.json()) as Record<string, never>;
  };
  const atADesk = async (password: string): Promise<string> =>
    (await outside('directory/sign-ins', { username: user, password })).result!;
  const shown = async () =>
    (
      (await outside('directory')).people as unknown as { user: string; locked: boolean; passwordChanges: number }[]
    ).find((one) => one.user === user);
  const proved = async (): Promise<Recovery> => {
    const recovery = await person.started(user);
    const sent = (await person.mails(address)).length;
    const challengeId = await recovery.challenged(address);
    const code = await eventually(async () => {
      const mails = await person.mails(address);
      return mails.length > sent && (await recovery.codeFrom(address));
    });
    await recovery.answer(challengeId, code);
    return recovery;
  };
  const ended = (recovery: Recovery) =>
    eventually(async () => {
      const { body } = await recovery.get();
      return body.status !== 'writing-back' && body;
    });

  it('lets a hybrid user recover as soon as the product is ready', async () => {
    expect(await atADesk('Correct-Horse-1!')).toBe('right');
    const recovery = await proved();
    expect((await recovery.password('Lantern-Harbour-1!')).status).toBe(202);
    expect(await ended(recovery)).toMatchObject({ status: 'succeeded' });
    expect([await atADesk('Lantern-Harbour-1!'), await atADesk('Correct-Horse-1!')]).toEqual(['right', 'wrong']);
    expect(await shown()).toMatchObject({ locked: false, passwordChanges: 1 });
  });

  it('writes once when the answer is lost, and when the directory is busy', async () => {
    await outside('faults', { directory: { lose: 1, busy: 1 } });
    const recovery = await proved();
    expect((await recovery.password('Lantern-Harbour-2!')).status).toBe(202);
    expect(await ended(recovery)).toMatchObject({ status: 'succeeded' });
    expect(await atADesk('Lantern-Harbour-2!')).toBe('right');
    expect((await shown())!.passwordChanges).toBe(2);
  });

  const signIn = async (username: string, password: string) => {
    const began = performance.now();
    const { status, body } = await person.post('/api/v1/sessions', { username, password });
    return { status, code: body.code as string, token: body.token as string, ms: performance.now() - began };
  };

  it('signs a hybrid user in with the directory’s password, and tells strangers nothing of it', async () => {
    const right = await signIn(user, 'Lantern-Harbour-2!');
    expect(right.status).toBe(201);
    const own = await person.get('/api/v1/me/sessions', { token: right.token });
    expect(own.status).toBe(200);
    const refused = [];
    for (const name of [user, 'cloud.user@contoso.example', 'nobody@contoso.example'])
      refused.push(await signIn(name, `Wrong-Harbour-${name.length}!`));
    expect(refused.map(({ status, code }) => [status, code])).toEqual(refused.map(() => [401, 'sign-in-failed']));
    for (const { ms } of refused) expect(ms).toBeGreaterThan(595);
    expect((await signIn(user, 'Correct-Horse-1!')).status).toBe(401);
  });

  it('never lets guesses here lock somebody out there', async () => {
    for (let n = 0; n < 12; n++) await signIn(user, `Guessed-Harbour-${n}!`);
    expect(await shown()).toMatchObject({ locked: false });
    expect(await atADesk('Lantern-Harbour-2!')).toBe('right');
  });

  it('refuses alike while the directory is down', async () => {
    await outside('limits/reset', {});
    await outside('faults', { directory: { down: true } });
    expect(await signIn(user, 'Lantern-Harbour-2!')).toMatchObject({ status: 401, code: 'sign-in-failed' });
    await outside('faults', { directory: { down: false } });
    // The agent asks for work again once it has seen that the directory is back.
    await eventually(async () => (await signIn(user, 'Lantern-Harbour-2!')).status === 201, 30_000);
  });

  it('goes on after the clock was moved by a day and more', async () => {
    await outside('clock', { advance: 'P2D' });
    const recovery = await proved();
    expect((await recovery.password('Lantern-Harbour-3!')).status).toBe(202);
    expect(await ended(recovery)).toMatchObject({ status: 'succeeded' });
  });

  it('is there again after a restart, as it was left', async () => {
    await product.restart();
    expect(await atADesk('Lantern-Harbour-3!')).toBe('right');
    expect((await shown())!.passwordChanges).toBe(3);
    const recovery = await proved();
    expect((await recovery.password('Lantern-Harbour-4!')).status).toBe(202);
    expect(await ended(recovery)).toMatchObject({ status: 'succeeded' });
  });

  it('is shown to people in their language', async () => {
    const page = await (await fetch(`${product.url}/outside/directory?lang=ja`)).text();
    expect(page).toContain('パスワードの変更回数');
    expect(page).toContain(user);
  });
});
