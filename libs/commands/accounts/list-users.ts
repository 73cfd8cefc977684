import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import type { ReadModels } from '#libs/readmodels/rows';
import { userById, usersOfTenant, type UserRow } from '#libs/readmodels/users';
import { Directory } from '#libs/vault/directory';
import { InvalidUsername } from '#libs/vault/errors';
import { Vault } from '#libs/vault/vault';
import { FromReadModels } from '../read-models.js';
import { Tenants } from '../tenants/tenants.js';
import { listed, viewOf, type ListedUser, type UserView } from './user-view.js';

export interface UserPage {
  users: ListedUser[];
  /** where the next page begins; absent on the last one */
  next?: string;
}

interface Wish {
  readonly limit: number;
  readonly cursor?: string;
  readonly group?: string;
  /** A user name, or its part before the @. Names are kept as keyed tokens, so a part of a name finds nobody. */
  readonly name?: string;
}

export class ListUsers extends Query<UserPage> {
  constructor(
    readonly tenantId: string,
    readonly wish: Wish,
  ) {
    super();
  }
}

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(
    @FromReadModels() private readonly db: ReadModels,
    private readonly vault: Vault,
    private readonly directory: Directory,
    private readonly tenants: Tenants,
  ) {}

  async execute({ tenantId, wish }: ListUsers): Promise<UserPage> {
    const { limit, cursor: after, group, name } = wish;
    if (name !== undefined) return { users: await listed(this.vault, await this.#named(tenantId, name)) };
    const rows = await usersOfTenant(this.db, tenantId, {
      limit: limit + 1,
      ...(after !== undefined && { after }),
      ...(group !== undefined && { group }),
    });
    const page = rows.slice(0, limit);
    const users = await listed(this.vault, page);
    return rows.length > limit ? { users, next: page.at(-1)!.account_id } : { users };
  }

  async #named(tenantId: string, name: string): Promise<UserRow[]> {
    const { domains } = await this.tenants.byId(tenantId);
    const names = name.includes('@') ? [name] : domains.map((domain) => `${name}@${domain}`);
    const found = await Promise.all(names.map((candidate) => this.#lookup(tenantId, candidate)));
    const rows = await Promise.all(
      [...new Set(found)].flatMap((id) => (id === undefined ? [] : userById(this.db, id))),
    );
    return rows.filter((row) => row !== undefined);
  }

  async #lookup(tenantId: string, name: string): Promise<string | undefined> {
    try {
      return await this.directory.lookup(tenantId, name);
    } catch (error) {
      if (error instanceof InvalidUsername) return undefined;
      throw error;
    }
  }
}

export class GetUser extends Query<UserView> {
  constructor(
    readonly tenantId: string,
    readonly accountId: string,
  ) {
    super();
  }
}

@QueryHandler(GetUser)
export class GetUserHandler implements IQueryHandler<GetUser> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /** @throws RuleViolation not-found */
  async execute({ tenantId, accountId }: GetUser): Promise<UserView> {
    const { state } = await load(this.store, account, accountId);
    if (state.accountId === null || state.tenantId !== tenantId) throw new RuleViolation('not-found');
    return viewOf(this.vault, state);
  }
}
