import { Person, type Any, type Recovery } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

describe('watching a recovery', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product.remove());

  it('shows it at once, whatever happens to it, and its end', async () => {
    const recovery = await person.started(user);
    const watched = await watch(recovery);
    expect(watched.status).toBe(200);
    expect(watched.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const views = viewsOf(watched);
    const first = await views.next();
    const { recoveryToken: _, now: __, ...started } = recovery.view as Any;
    expect(first.value).toMatchObject(started);

    const challengeId = await recovery.challenged(address);
    const shown = await following(views, ({ challenge }) => challenge !== undefined);
    expect(shown.challenge).toMatchObject({ challengeId });
    await recovery.codeFrom(address);
    await following(views, ({ challenge }) => challenge?.state === 'sent');

    await recovery.post('cancel');
    const last = await following(views, ({ outcome }) => outcome !== undefined);
    expect(last.outcome).toMatchObject({ result: 'cancelled' });
    expect(await views.next()).toMatchObject({ done: true });
  });

  it('shows what time alone changes: a code that expires, a recovery that runs out', async () => {
    const recovery = await person.started(user);
    const views = viewsOf(await watch(recovery));
    await recovery.challenged(address);
    await following(views, ({ challenge }) => challenge?.state === 'sent');
    await person.advance('PT10M');
    await following(views, ({ challenge }) => challenge?.state === 'expired');
    await person.advance('PT5M');
    const last = await following(views, ({ outcome }) => outcome !== undefined);
    expect(last).toMatchObject({ status: 'abandoned', outcome: { reason: 'after-starting-email' } });
    expect(await views.next()).toMatchObject({ done: true });
  });

  it('is for the holder of its token', async () => {
    const [one, other] = [await person.started(user), await person.started(user)];
    for (const token of [undefined, 'wrong', other.token, `${one.token.slice(0, -2)}xx`]) {
      const answer = await person.get(`${one.path}/events`, token === undefined ? {} : { token });
      expect(answer).toMatchObject({ status: 401, body: { code: 'recovery-token-invalid' } });
    }
  });

  it('is open ten times at most', async () => {
    const recovery = await person.started(user);
    const watched = await Promise.all(Array.from({ length: 10 }, () => watch(recovery)));
    expect(watched.map(({ status }) => status)).toEqual(Array<number>(10).fill(200));
    const refused = await person.get(`${recovery.path}/events`, { token: recovery.token });
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    await recovery.post('cancel');
    for (const stream of watched) expect(await stream.text()).toContain('"result":"cancelled"');
  });

  const watch = ({ path, token }: Recovery): Promise<Response> =>
    fetch(`${product.url}${path}/events`, { headers: { authorization: `Bearer ${token}` } });

  /** The views of a stream, until the server ends it. */
  async function* viewsOf({ body }: Response): AsyncGenerator<Any, void> {
    let text = '';
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split('\n\n');
      text = events.pop()!;
      for (const event of events) {
        const data = /^event: view\ndata: (.*)$/.exec(event)?.[1];
        if (data !== undefined) yield JSON.parse(data);
      }
    }
  }

  /** The next view that is as awaited. */
  async function following(views: AsyncGenerator<Any, void>, awaited: (view: Any) => boolean): Promise<Any> {
    for (;;) {
      const { value, done } = await views.next();
      if (done) throw new Error('the stream ended before');
      if (awaited(value)) return value;
    }
  }
});
