import { randomUUID } from 'node:crypto';
import type { Answer, Any, Person } from './journey';
import { eventually } from './journey';

/** Somebody with a role, signed in with their app. */
export class Staff {
  private constructor(
    readonly person: Person,
    readonly token: string,
    readonly accountId: string,
  ) {}

  /** An app's code is good once; whoever signs in again within its 30 seconds waits for the next by the product's clock. */
  static async signIn(person: Person, name: string, password = 'Correct-Horse-1!'): Promise<Staff> {
    const username = name.includes('@') ? name : `${name}@contoso.example`;
    const token = await eventually(async () => {
      const { body } = await person.get(`/outside/api/totp?user=${encodeURIComponent(username)}`);
      const answer = await person.post('/api/v1/sessions', { username, password, code: body.code });
      if (answer.status === 401) await person.advance('PT30S');
      return answer.status === 201 && (answer.body.token as string);
    });
    const me = await person.get('/api/v1/me', { token });
    return new Staff(person, token, me.body.accountId as string);
  }

  get = (path: string): Promise<Answer<Any>> => this.person.get(path, { token: this.token });

  post = (path: string, body: unknown = {}, key: string = randomUUID()): Promise<Answer<Any>> =>
    this.person.post(path, body, { token: this.token, key });
}
