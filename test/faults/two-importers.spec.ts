import { randomUUID } from 'node:crypto';
import { CreateAccountHandler } from '#libs/commands/accounts/create-account';
import { DirectoryContacts } from '#libs/commands/agents/directory-contacts';
import { ImportPeople, ImportPeopleHandler } from '#libs/commands/agents/import-people';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { Tenants } from '#libs/commands/tenants/tenants';
import type { DirectoryUser } from '#libs/directory/directory-user';
import { EventStore } from '#libs/eventstore/event-store';
import { openReadModels } from '#libs/readmodels/rows';
import { Directory } from '#libs/vault/directory';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { World } from './worker-world';

/** Each agent of a tenant follows the directory by itself, and two that were started together do so in step. */
describe('the same people told by two agents at once, to two processes', () => {
  let world: World;
  let stores: EventStore[];
  let importers: ImportPeopleHandler[];
  let directory: Directory;

  beforeAll(async () => {
    world = await World.open('postgres');
    const { vault, clock, pool, embedded } = world;
    directory = await Directory.open({ pool, vault, clock });
    stores = [EventStore.connect(embedded.url), EventStore.connect(embedded.url)];
    importers = stores.map((store) => {
      const tenants = new Tenants(store, new ReadModelDomains(openReadModels(pool)));
      const accounts = new CreateAccountHandler(store, vault, directory, new PasswordHasher(), clock);
      const contacts = new DirectoryContacts(store, vault, clock);
      return new ImportPeopleHandler(store, vault, directory, tenants, accounts, contacts, clock);
    });
  });
  afterAll(async () => {
    await Promise.all((stores ?? []).map((store) => store.close()));
    await world?.close();
  });

  const both = (people: readonly DirectoryUser[]): Promise<unknown> =>
    Promise.all(importers.map((each) => each.execute(new ImportPeople(randomUUID(), world.tenantId, people))));
  const crowd = (n: number): DirectoryUser[] =>
    Array.from({ length: n }, (_, k) => {
      const name = `person-${k}`;
      return {
        userId: randomUUID(),
        username: `${name}@contoso.example`,
        mail: `${name}@home.example`,
        disabled: false,
      };
    });
  const countOf = async (userId: string): Promise<Record<string, number>> => {
    const accountId = await directory.linked(world.tenantId, userId);
    const types = await world.types(`account-${accountId}`);
    return Object.fromEntries(
      ['AccountCreated', 'DirectoryUserLinked', 'MethodRegistered', 'MethodRemoved'].map((type) => [
        type,
        types.filter((one) => one === type).length,
      ]),
    );
  };
  const values = async (): Promise<number> => (await world.pool.query('SELECT FROM vault.sealed_values')).rowCount ?? 0;

  it('come to one account each, with one link and one address, and leave nothing unreferred in the vault', async () => {
    const before = await values();
    const people = crowd(20);
    await both(people);
    for (const { userId } of people) {
      expect(await countOf(userId)).toEqual({
        AccountCreated: 1,
        DirectoryUserLinked: 1,
        MethodRegistered: 1,
        MethodRemoved: 0,
      });
    }
    // Name, id and address.
    expect((await values()) - before).toBe(3 * people.length);
    const moved = people.map((person) => ({ ...person, mail: `new-${person.mail}` }));
    await both(moved);
    await both(moved);
    for (const { userId } of people) {
      expect(await countOf(userId)).toMatchObject({ MethodRegistered: 2, MethodRemoved: 1 });
    }
  });
});
