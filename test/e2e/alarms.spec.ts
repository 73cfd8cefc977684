import { PersonAt } from '../support/elsewhere';
import { eventually, Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';

const admin = 'admin@contoso.home.example';

describe('thin guessing over many accounts', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  }, 90_000);
  afterAll(() => product.remove());

  /** A few wrong passwords at each of these names, from many places, so that no limit of a name or a place is reached. */
  const guess = async (names: number, each: number, word: string): Promise<void> => {
    for (let round = 0; round < each; round++) {
      const guesses = Array.from({ length: names }, (_, n) => {
        const who = new PersonAt(product.url, `127.0.${round}.${20 + n}`);
        return eventually(async () => {
          const { status } = await who.signIn(`employee.${n}@contoso.example`, `${word}-${round}-${n}!`);
          return status === 401;
        });
      });
      await Promise.all(guesses);
    }
  };
  const raised = async () =>
    (await storedEvents(product)).filter(({ type }) => type === 'GuessingSuspected').map(({ data }) => data);
  const warnings = async () => (await person.mails(admin)).filter(({ subject }) => subject.includes('guessing'));

  it('G8: is told to the administrators within minutes, once an hour, and never below the threshold', async () => {
    await guess(25, 3, 'Autumn');
    await person.advance('PT2M');
    expect(await raised()).toEqual([]);

    await guess(25, 1, 'Winter');
    const [warning] = await eventually(async () => {
      await person.advance('PT1M1S');
      const told = await warnings();
      return told.length > 0 && told;
    });
    expect(warning!.text).toMatch(/100/);
    expect(await raised()).toEqual([expect.objectContaining({ failures: 100, names: 25 })]);

    await guess(25, 1, 'Spring');
    await person.advance('PT2M');
    await person.advance('PT2M');
    expect(await raised()).toHaveLength(1);
    expect(await warnings()).toHaveLength(1);
  }, 90_000);
});
