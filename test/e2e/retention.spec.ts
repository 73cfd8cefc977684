import { randomUUID } from 'node:crypto';
import type { RevealedCase } from '#libs/commands/operations/revealed-case';
import { Administrator } from '../support/administrators';
import { codeIn, eventually, Person, type Answer, type Any } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const username = 'cloud.user@contoso.example';
const [old, next] = ['cloud.user@contoso.home.example', 'moved@mail.example'];
const [first, second] = ['Correct-Horse-1!', 'Brand-New-Lantern-7!'];

describe('superseded data', () => {
  let product: Product;
  let person: Person;
  let supportCode: string;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product.remove());

  /** A code at an address that is none of those before it. */
  const freshCode = (address: string, before: readonly string[]): Promise<string> =>
    eventually(async () => (await codesAt(address)).find((code) => !before.includes(code)));
  const codesAt = async (address: string): Promise<string[]> =>
    (await person.mails(address)).flatMap((mail) => codeIn(mail) ?? []);

  async function signedIn(password: string): Promise<(path: string, body?: object) => Promise<Answer<Any>>> {
    const { body } = await person.signIn(username, password);
    const options = () => ({ token: body.token as string, key: randomUUID() });
    return (path, wish) =>
      wish === undefined
        ? person.get(`/api/v1/me/${path}`, options())
        : person.post(`/api/v1/me/${path}`, wish, options());
  }

  /** What an auditor is shown of where the code went in the case that began it all. */
  async function shown(): Promise<string> {
    const auditor = await Administrator.signIn(product.url, 'auditor@contoso.example');
    const { body } = await auditor.post(`/audit/cases/${supportCode}/reveal`, { reason: 'looking back' });
    const issued = (body as RevealedCase).events.find(({ type }) => type === 'ChallengeIssued');
    return issued!.personal![0]!.value;
  }

  const admin = () => Administrator.signIn(product.url);

  it('may not go so soon that a notice to an old address would be lost', async () => {
    const answer = await (await admin()).changePolicy({ retentionDays: 3 });
    expect(answer).toMatchObject({ status: 422, body: { code: 'policy-invalid', field: 'retentionDays' } });
    expect(answer.body.why).toBe('must be a whole number from 4 to 3650');
    expect(await (await admin()).changePolicy({ passwords: { history: 2 } })).toMatchObject({ status: 200 });
  });

  it('are what an address and a password become when others take their place, and the old address is told', async () => {
    const recovery = await person.started(username);
    ({ supportCode } = recovery.view);
    await recovery.provedByMail(old);
    await recovery.post('cancel');
    await person.advance('PT73H');

    const me = await signedIn(first);
    const before = await codesAt(old);
    const { body: methods } = await me('methods');
    const { methodId } = methods.methods.find(({ method }: { method: string }) => method === 'email');
    const { body: stepUp } = await me('step-up', { methodId });
    await me(`step-up/${stepUp.stepUpId}/answer`, { code: await freshCode(old, before) });
    const { body: asked } = await me('methods', { method: 'email', contact: next, replaces: methodId });
    const confirm = `methods/registrations/${asked.registrationId}/confirm`;
    expect(await me(confirm, { code: await freshCode(next, []) })).toMatchObject({ status: 200 });
    await eventually(async () => (await person.mails(old)).some(({ subject }) => /security information/.test(subject)));
    const again = await signedIn(first);
    const changed = await again('password', { currentPassword: first, newPassword: second });
    expect(changed.status).toBe(200);
  });

  it('are kept for the days of the policy, over a restart as well', async () => {
    await person.advance('P6D');
    expect(await shown()).toBe(old);
    await product.restart();
    expect(await shown()).toBe(old);
  });

  it('are destroyed as soon as the policy keeps them no longer, and the case says so', async () => {
    expect(await (await admin()).changePolicy({ retentionDays: 5 })).toMatchObject({ status: 200 });
    await person.advance('PT1H1M');
    await eventually(async () => (await shown()) !== old);
    expect(await shown()).toMatch(/^destroyed under the retention rule on \d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('are no longer what anybody needs: the new address recovers, and the last password is still refused', async () => {
    await person.resetLimits();
    await (await person.started(username)).provedByMail(next);
    const me = await signedIn(second);
    expect(await me('password', { currentPassword: second, newPassword: first })).toMatchObject({
      status: 422,
      body: { code: 'password-rejected', reasons: ['used-before'] },
    });
  });
});
