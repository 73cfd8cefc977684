import { randomUUID } from 'node:crypto';
import { CreateAccountHandler } from '#libs/commands/accounts/create-account';
import { DirectoryContacts } from '#libs/commands/agents/directory-contacts';
import { ImportPeople, ImportPeopleHandler } from '#libs/commands/agents/import-people';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { Tenants } from '#libs/commands/tenants/tenants';
import { openReadModels } from '#libs/readmodels/rows';
import { Directory } from '#libs/vault/directory';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { World } from './worker-world';

describe('a person renamed in the directory, by an import that died after it had reserved the name', () => {
  let world: World;
  let importer: ImportPeopleHandler;
  let directory: Directory;

  beforeAll(async () => {
    world = await World.open('postgres');
    const { vault, clock, pool, store } = world;
    directory = await Directory.open({ pool, vault, clock });
    const tenants = new Tenants(store, new ReadModelDomains(openReadModels(pool)));
    const accounts = new CreateAccountHandler(store, vault, directory, new PasswordHasher(), clock);
    const contacts = new DirectoryContacts(store, vault, clock);
    importer = new ImportPeopleHandler(store, vault, directory, tenants, accounts, contacts, clock);
  });
  afterAll(() => world?.close());

  it('is renamed by the next one, and the old name is free', async () => {
    const userId = randomUUID();
    const told = (username: string) =>
      importer.execute(new ImportPeople(randomUUID(), world.tenantId, [{ userId, username, disabled: false }]));
    await told('before@contoso.example');
    const accountId = (await directory.linked(world.tenantId, userId))!;
    // What the import left, and what becomes of it after five minutes: the account exists, so the name is given.
    await directory.reserve(world.tenantId, 'after@contoso.example', accountId);
    await directory.confirm(world.tenantId, 'after@contoso.example', accountId);

    expect(await told('After@contoso.example')).toMatchObject({ updated: 1 });
    expect(await told('after@contoso.example')).toMatchObject({ updated: 0, unchanged: 1 });
    const types = await world.types(`account-${accountId}`);
    expect(types.filter((type) => type === 'AccountRenamed')).toHaveLength(1);
    expect(await directory.lookup(world.tenantId, 'after@contoso.example')).toBe(accountId);
    expect(await directory.lookup(world.tenantId, 'before@contoso.example')).toBeUndefined();
  });
});
