import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { signatureHeaders } from '#libs/directory/protocol/signed-request';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Answer, type Any } from '../support/journey';
import { signedIn } from '../support/phone';
import { startProduct, type Product } from '../support/product';

const password = 'Correct-Horse-1!';
const claimant = 'no.methods@contoso.example';

describe('whoever is inside', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product.remove());

  const claim = (token: string, method: string, contact: string): Promise<Answer<Any>> =>
    person.post('/api/v1/me/methods', { method, contact }, { token, key: randomUUID() });

  it('cannot have the organisation pay for messages and calls to any number of numbers', async () => {
    const token = await signedIn(person, claimant, password);
    const messages: number[] = [];
    for (let n = 0; n < 7; n++) messages.push((await claim(token, 'sms', `+81 90${n}1234567`)).status);
    expect(messages).toEqual([202, 202, 202, 202, 202, 429, 429]);
    const calls: number[] = [];
    for (let n = 0; n < 8; n++) calls.push((await claim(token, 'mobile-call', `+81 80${n}1234567`)).status);
    expect(calls).toEqual([202, 202, 202, 202, 202, 202, 429, 429]);
  });

  it('uses up nobody’s calls by claiming their number', async () => {
    const number = '+81 9000000001';
    const token = await signedIn(person, claimant, password);
    for (let n = 0; n < 3; n++) {
      expect((await claim(token, 'mobile-call', number)).status).toBe(202);
      await person.advance('PT2M');
    }
    expect((await claim(token, 'mobile-call', number)).body.code).toBe('cool-down');
    const recovery = await person.started('cloud.user@contoso.example');
    expect((await recovery.post('challenges', { method: 'mobile-call', contact: number })).status).toBe(202);
  });

  describe('as an agent', () => {
    const identity = generateKeyPairSync('ed25519');
    const sealing = generateKeyPairSync('x25519');
    let admin: Administrator;
    let agentId: string;

    beforeAll(async () => {
      admin = await Administrator.signIn(product.url);
      const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
      const keys = { identityKey: raw(identity.publicKey), sealingKey: raw(sealing.publicKey) };
      const enrolled = await person.post('/api/v1/agent/enrolment', { enrolmentCode, ...keys, version: '1' });
      agentId = enrolled.body.agentId;
    });

    const raw = (key: typeof identity.publicKey): string => key.export({ format: 'jwk' }).x!;
    async function imports(...people: object[]): Promise<Answer<Any>> {
      const [method, path] = ['POST', '/api/v1/agent/people'];
      const body = { people };
      const created = Math.floor(Date.parse(await now()) / 1000);
      const bytes = Buffer.from(JSON.stringify(body));
      const headers = signatureHeaders(
        { method, path, body: bytes, created },
        { keyId: agentId, key: identity.privateKey },
      );
      return person.post(path, body, { headers });
    }
    /** The product's clock: what it says to a request that is not signed. */
    const now = async (): Promise<string> => (await person.post('/api/v1/agent/people', {})).body.now;
    const someone = (name: string, mail?: string) => ({
      userId: randomUUID(),
      username: name,
      ...(mail && { mail }),
      disabled: false,
    });

    it('it brings people of its own domains, and takes over nobody in the cloud', async () => {
      const others = ['admin@contoso.example', 'cloud.user@northwind.example', 'x@unknown.example'];
      const answer = await imports(...others.map((name) => someone(name, 'mallory@mail.example')));
      expect(answer).toMatchObject({ status: 200, body: { created: 0, linked: 0, updated: 0, passedOver: 3 } });
    });

    it('what a directory says of somebody is not what they registered, and no address of the organisation', async () => {
      const answer = await imports(
        someone('first@contoso.example', 'first@home.example'),
        someone('second@contoso.example', 'second@mail.contoso.example'),
        someone('third@contoso.example', 'third@home.example\r\nBcc: all@mail.example'),
      );
      expect(answer).toMatchObject({ status: 200, body: { created: 3 } });
      const shown = await Promise.all(['first', 'second', 'third'].map((name) => methodsOf(name)));
      expect(shown).toEqual([['email by directory'], [], []]);
    });

    it('F13: what it changes is told to the old address, and recovers nobody for a day', async () => {
      const counting = { directoryContactsCount: true, enabledFor: 'all' };
      expect((await admin.changePolicy(counting)).status).toBe(200);
      const known = someone('fourth@contoso.example', 'fourth@home.example');
      await imports(known);
      const [{ accountId }] = await eventually(async () => {
        const { body } = await admin.get('/tenant/users?name=fourth');
        return body.users?.length > 0 && body.users;
      });
      await admin.patch(`/tenant/users/${accountId}`, { licensed: true });
      const eligible = async () => (await admin.get(`/helpdesk/users/${accountId}`)).body.contacts.length as number;
      expect(await eligible()).toBe(1);
      await imports({ ...known, mail: 'mallory@mail.example' });
      expect(await eligible()).toBe(0);
      const [notice] = await eventually(async () => {
        const mails = await person.mails('fourth@home.example');
        return mails.length > 0 && mails;
      });
      expect(notice!.text).toMatch(/e-mail/i);
      await person.advance('PT24H');
      expect(
        (await (await Administrator.signIn(product.url)).get(`/helpdesk/users/${accountId}`)).body.contacts,
      ).toHaveLength(1);
    });

    const methodsOf = (name: string): Promise<string[]> =>
      eventually(async () => {
        const { body } = await admin.get(`/tenant/users?name=${name}`);
        return body.users?.[0]?.methods.map(({ method, by }: Any) => `${method} by ${by}`) as string[] | undefined;
      });
  });
});
