import { Administrator } from '../support/administrators';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('branding', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    admin = await Administrator.signIn(product.url);
  });
  afterAll(() => product.remove());

  const branding = async (domain: string) => (await person.get(`/api/v1/branding?domain=${domain}`)).body;

  it('is what the tenant has set, and its own name where it has not', async () => {
    expect(await branding('contoso.example')).toMatchObject({ organisation: 'Contoso', logo: null, accent: null });
    const customisation = { organisationName: 'コントソ', accent: '#a03050', logo: `data:image/png;base64,${png}` };
    expect((await admin.changePolicy({ customisation, helpdesk: 'help@contoso.home.example' })).status).toBe(200);
    expect(await branding('CONTOSO.example')).toEqual({
      organisation: 'コントソ',
      accent: '#a03050',
      helpdesk: 'help@contoso.home.example',
      logo: expect.stringMatching(/^\/api\/v1\/branding\/logo\?domain=contoso\.example&v=/i),
    });
    expect(await branding('northwind.example')).toMatchObject({ organisation: 'Northwind', logo: null });
    expect(await branding('nowhere.example')).toEqual({ organisation: null, logo: null, accent: null, helpdesk: null });
  });

  it('serves the logo as the picture it is, from our own host', async () => {
    const { logo } = await branding('contoso.example');
    const response = await fetch(product.url + logo);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await response.arrayBuffer()).toString('base64')).toBe(png);
    expect((await person.get('/api/v1/branding/logo?domain=northwind.example')).status).toBe(404);
    expect((await person.get('/api/v1/branding/logo')).status).toBe(404);
  });

  it('is the organisation’s of whoever is signed in, where no domain is named', async () => {
    const own = async (headers: Record<string, string>) =>
      (await (await fetch(`${product.url}/api/v1/branding`, { headers })).json()) as Record<string, string | null>;
    const shown = await own({ cookie: `keyturn=${admin.token}` });
    expect(shown.organisation).toBe('コントソ');
    expect((await fetch(product.url + shown.logo)).headers.get('content-type')).toBe('image/png');
    for (const headers of [{}, { cookie: 'keyturn=over' }]) expect((await own(headers)).organisation).toBeNull();
  });

  it('takes no picture that could carry a script, and none that is too large', async () => {
    const logos = [
      'data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=',
      'data:text/html;base64,PGgxPg==',
      `data:image/png;base64,${Buffer.from('<svg onload=alert(1)>'.repeat(4)).toString('base64')}`,
      `data:image/png;base64,${Buffer.concat([Buffer.from(png, 'base64'), Buffer.alloc(33 * 1024)]).toString('base64')}`,
      'https://elsewhere.example/logo.png',
    ];
    for (const logo of logos) {
      const { status, body } = await admin.changePolicy({ customisation: { logo } });
      expect([logo.slice(0, 40), status, body.field]).toEqual([logo.slice(0, 40), 422, 'customisation.logo']);
    }
    expect((await admin.changePolicy({ customisation: null })).body.customisation).toEqual({
      organisationName: null,
      logo: null,
      accent: null,
    });
    expect((await branding('contoso.example')).logo).toBeNull();
  });
});
