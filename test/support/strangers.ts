import { PersonAt } from './elsewhere';
import { Recovery, type Person } from './journey';

/** Whoever knows somebody's user name: from another address every time. */
export class Strangers {
  #count = 0;

  /** @param owner whose machine it is: who reads the simulated world's answers for them */
  constructor(readonly owner: Person) {}

  next(): PersonAt {
    this.#count++;
    return new PersonAt(this.owner.url, `127.9.${(this.#count >> 8) & 255}.${this.#count & 255 || 1}`);
  }

  /** A recovery that is open, or the test fails. @param who somebody else, or the owner */
  async started(username: string, who: Person = this.next()): Promise<Recovery> {
    const captcha = await who.captcha(username, this.owner);
    const answer = await who.post('/api/v1/recoveries', { username, reason: 'forgot-password', ...captcha });
    if (answer.status !== 201) throw new Error(`start answered ${answer.status}: ${answer.text}`);
    return new Recovery(who, answer.body);
  }
}
