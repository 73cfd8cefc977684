import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#libs/runtime/clock';
import type { AttributeChange, Result } from './ldap-messages.js';
import {
  changed,
  forEver,
  newPerson,
  signedIn,
  type NewPerson,
  type PasswordPolicy,
  type SignIn,
  type StoredPerson,
} from './simulated-person.js';

interface PeopleOptions {
  readonly clock: Clock;
  readonly policy: PasswordPolicy;
  readonly dataDir: string | undefined;
  readonly people: readonly NewPerson[];
  readonly firstPassword: string;
}

/** Everybody in the simulated directory, one change after the other, kept in a file if there is a folder. */
export class People {
  readonly #people = new Map<string, StoredPerson>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: PeopleOptions) {}

  /** Who is not there yet is added; who is stays as they are. */
  static async open(options: PeopleOptions): Promise<People> {
    const { clock, dataDir, people, firstPassword } = options;
    const opened = new People(options);
    const kept = dataDir && (await readFile(join(dataDir, file), 'utf8').catch(() => '[]'));
    for (const person of JSON.parse(kept ?? '[]') as StoredPerson[]) opened.#people.set(person.uid, person);
    for (const wish of people) {
      if (opened.#people.has(wish.uid)) continue;
      opened.#people.set(wish.uid, await newPerson(wish, firstPassword, clock.now()));
    }
    await opened.#save();
    return opened;
  }

  all = (): readonly StoredPerson[] => [...this.#people.values()];

  signIn(uid: string, password: string): Promise<SignIn> {
    return this.#inTurn(uid, async (person) => {
      const { person: next, result } = await signedIn(person, password, this.options.policy, this.options.clock.now());
      return [next, result];
    });
  }

  change(uid: string, changes: readonly AttributeChange[]): Promise<Result> {
    return this.#inTurn<Result>(uid, async (person) => {
      const next = await changed(person, changes, this.options.policy, this.options.clock.now());
      return 'code' in next ? [person, next] : [next, { code: 0 }];
    });
  }

  /** By an administrator's hand, past every policy. */
  disable = (uid: string): Promise<void> => this.#edit(uid, { lockedAt: forEver });
  setFence = (uid: string, fence: string): Promise<void> => this.#edit(uid, { fence });

  async rename(uid: string, to: string): Promise<void> {
    const person = this.#people.get(uid);
    if (!person) return;
    this.#people.delete(uid);
    this.#people.set(to, { ...person, uid: to, modifiedAt: this.options.clock.now().toISOString() });
    await this.#save();
  }

  async remove(uid: string): Promise<void> {
    this.#people.delete(uid);
    await this.#save();
  }

  async #edit(uid: string, edit: Partial<StoredPerson>): Promise<void> {
    await this.#inTurn(uid, (person) => {
      const modifiedAt = this.options.clock.now().toISOString();
      return Promise.resolve([{ ...person, ...edit, modifiedAt }, undefined]);
    });
  }

  async #inTurn<T>(uid: string, work: (person: StoredPerson) => Promise<[StoredPerson, T]>): Promise<T> {
    const turn = this.#turn.then(async () => {
      const person = this.#people.get(uid);
      if (!person) throw new RangeError('nobody has this name');
      const [next, result] = await work(person);
      if (next !== person) {
        this.#people.set(uid, next);
        await this.#save();
      }
      return result;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #save(): Promise<void> {
    if (!this.options.dataDir) return;
    const path = join(this.options.dataDir, file);
    await writeFile(`${path}.new`, JSON.stringify(this.all()), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}

const file = 'outside-directory.json';
