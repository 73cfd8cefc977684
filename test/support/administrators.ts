import { eventually, Person, type Answer, type Any, type RequestOptions } from './journey.js';

const password = 'Correct-Horse-1!';

/** Somebody with a role, signed in with password and app code. */
export class Administrator {
  private constructor(
    readonly person: Person,
    readonly token: string,
  ) {}

  static async signIn(url: string, username = 'admin@contoso.example'): Promise<Administrator> {
    const person = new Person(url);
    const token = await eventually(async () => {
      const { body: app } = await person.get(`/outside/api/totp?user=${encodeURIComponent(username)}`);
      const { body } = await person.post('/api/v1/sessions', { username, password, code: app.code });
      if (body.token !== undefined) return body.token as string;
      // The app's code was used already: the next one is half a minute away.
      await person.advance('PT30S');
      return undefined;
    });
    return new Administrator(person, token);
  }

  request = (method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer<Any>> =>
    this.person.request(method, `/api/v1${path}`, body, { token: this.token, ...options });

  get = (path: string) => this.request('GET', path);
  post = (path: string, body: unknown = {}, options?: RequestOptions) => this.request('POST', path, body, options);
  patch = (path: string, body: unknown, options?: RequestOptions) => this.request('PATCH', path, body, options);
  delete = (path: string, body?: unknown) => this.request('DELETE', path, body);

  policy = (): Promise<Answer<Any>> => this.get('/tenant/policy');

  /** Changes the policy as it stands now. */
  async changePolicy(patch: object): Promise<Answer<Any>> {
    const { headers } = await this.policy();
    return this.patch('/tenant/policy', patch, { headers: { 'if-match': headers.get('etag')! } });
  }

  previewPolicy = (patch: object): Promise<Answer<Any>> => this.patch('/tenant/policy?dryRun=true', patch);
}
