import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { recoveriesBySupportCode } from '#libs/readmodels/recovery-status';
import type { ReadModels } from '#libs/readmodels/rows';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Directory } from '#libs/vault/directory';
import { FromReadModels } from '../read-models.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Throttle } from '../throttle.js';
import { memberOf } from './assistants.js';
import { HelpdeskUsers, type HelpdeskUser } from './helpdesk-users.js';

/** By the whole user name, or by the support code a recovery showed: nobody browses. */
export class FindUser extends Query<HelpdeskUser> {
  constructor(
    readonly by: { username: string } | { supportCode: string },
    readonly who: Authenticated,
  ) {
    super();
  }
}

@QueryHandler(FindUser)
export class FindUserHandler implements IQueryHandler<FindUser> {
  constructor(
    private readonly users: HelpdeskUsers,
    private readonly directory: Directory,
    private readonly throttle: Throttle,
    @FromReadModels() private readonly db: ReadModels,
  ) {}

  /** @throws RuleViolation not-found, alike for whoever is unknown and for people of other tenants; rate-limited */
  async execute({ by, who }: FindUser): Promise<HelpdeskUser> {
    await this.throttle.source('find-user', who.accountId);
    const member = memberOf(who);
    if ('username' in by) {
      const accountId = await this.directory.lookup(member.tenantId, canonicalUsername(by.username));
      if (accountId === undefined) throw new RuleViolation('not-found');
      return this.users.of(accountId, member);
    }
    const code = by.supportCode.trim().toUpperCase();
    if (!/^[A-Z0-9-]+$/.test(code)) throw new RuleViolation('not-found');
    const rows = await recoveriesBySupportCode(this.db, code);
    const found = rows.find((row) => row.tenant_id === member.tenantId);
    if (!found?.account_id) throw new RuleViolation('not-found');
    return this.users.of(found.account_id, member, found);
  }
}

export class ShowUser extends Query<HelpdeskUser> {
  constructor(
    readonly accountId: string,
    readonly who: Authenticated,
  ) {
    super();
  }
}

@QueryHandler(ShowUser)
export class ShowUserHandler implements IQueryHandler<ShowUser> {
  constructor(private readonly users: HelpdeskUsers) {}

  execute({ accountId, who }: ShowUser): Promise<HelpdeskUser> {
    return this.users.of(accountId, memberOf(who));
  }
}
