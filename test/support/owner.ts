import { randomUUID } from 'node:crypto';
import { codeIn, eventually, type Answer, type Any, type Person } from './journey';

/** One signed-in person and their security information. */
export class Owner {
  private constructor(
    readonly person: Person,
    readonly username: string,
    readonly token: string,
  ) {}

  static async of(person: Person, username: string, password = 'Correct-Horse-1!'): Promise<Owner> {
    const { body } = await person.signIn(username, password);
    return new Owner(person, username, body.token as string);
  }

  get = (path: string) => this.person.get(`/api/v1/me/${path}`, { token: this.token });
  post = (path: string, body: unknown = {}, key: string = randomUUID()): Promise<Answer<Any>> =>
    this.person.post(`/api/v1/me/${path}`, body, { token: this.token, key });
  delete = (path: string) => this.person.request('DELETE', `/api/v1/me/${path}`, undefined, { token: this.token });

  list = async (): Promise<Any> => (await this.get('methods')).body;
  /** The ids of what is registered of this method. */
  idOf = async (method: string): Promise<string> =>
    (await this.list()).methods.find((one: Any) => one.method === method).methodId as string;
  register = (method: string, contact?: string, more: object = {}) =>
    this.post('methods', { method, ...(contact && { contact }), ...more });
  confirm = (registrationId: string, code: string, key?: string) =>
    this.post(`methods/registrations/${registrationId}/confirm`, { code }, key);

  /** The newest code at an address that is none of those before it. */
  code = (address: string, ...before: string[]): Promise<string> =>
    eventually(async () => {
      const codes = (await this.person.mails(address)).map(codeIn).filter((code) => code !== undefined);
      return codes.find((code) => !before.includes(code));
    });

  /** Proves the registered address. */
  async stepUp(address: string, ...before: string[]): Promise<Answer<Any>> {
    const { body: view } = await this.get('step-up');
    const option = view.options.find(({ method }: { method: string }) => method === 'email');
    const { body } = await this.post('step-up', { methodId: option.methodId });
    return this.post(`step-up/${body.stepUpId}/answer`, { code: await this.code(address, ...before) });
  }

  async appCode(): Promise<string> {
    const { body } = await this.person.get(`/outside/api/totp?user=${encodeURIComponent(this.username)}`);
    return body.code as string;
  }
}
