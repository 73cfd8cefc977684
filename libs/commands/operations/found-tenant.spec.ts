import { account } from '#libs/domain/account/account';
import { load } from '#libs/eventstore/execute';
import { Installation } from '../../../test/support/installation';
import { foundTenant, type FoundingRequest } from './found-tenant.js';

describe('a tenant founded by the operator', () => {
  let installation: Installation;
  beforeAll(async () => void (installation = await Installation.open()));
  afterAll(() => installation.close());

  const request = (domain: string): FoundingRequest => ({
    organisation: 'Litware',
    domain,
    plan: 'p1',
    admin: `root@${domain}`,
    adminEmail: 'root@home.example',
    language: 'en',
  });

  it('is founded by a second try when the first broke off, with the app that its administrator then has', async () => {
    const { busy, infrastructure } = installation;
    await expect(foundTenant(busy, request('litware.example'))).rejects.toMatchObject({ name: 'HasherBusy' });
    const { store, vault, hasher } = infrastructure;
    await installation.followed();
    const { accountId, password, appUri } = await foundTenant(infrastructure, request('litware.example'));
    const { state } = await load(store, account, accountId);
    const app = state.methods.filter(({ method }) => method === 'app-code');
    expect(app).toHaveLength(1);
    const seed = (await vault.read(app[0]!.contact, 'account/contact'))!.toString();
    expect(new URL(appUri).searchParams.get('secret')).toBe(seed);
    const hash = (await vault.read(state.credential!.credential!, 'account/password-hash'))!.toString();
    expect(await hasher.verify(hash, password)).toBe(true);
  });
});
