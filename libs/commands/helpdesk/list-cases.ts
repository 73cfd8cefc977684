import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { rankOf, type Member } from '#libs/domain/account/ranks';
import type { Instant } from '#libs/domain/time';
import { openCasesOf, type CaseKind, type CaseProgress, type OpenCaseRow } from '#libs/readmodels/open-cases';
import type { ReadModels } from '#libs/readmodels/rows';
import { usersById, type UserRow } from '#libs/readmodels/users';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { namesOf } from '../accounts/user-view.js';
import { caseNumberOf } from '../not-me/notices-disputed.js';
import { FromReadModels } from '../read-models.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { memberOf } from './assistants.js';

/** Something at an account that somebody of the helpdesk has to go on with. */
export interface OpenCase {
  kind: CaseKind;
  caseId: string;
  caseNumber: string;
  accountId: string;
  /** whom it is about; null once erased */
  username: string | null;
  /** false for whoever stands at or above the member */
  canAssist: boolean;
  /** who opened it; null where its owner did */
  member: string | null;
  mine: boolean;
  progress?: CaseProgress;
  openedAt: Instant;
  expiresAt?: Instant;
}

export interface OpenCasesPage {
  items: OpenCase[];
  /** where the next page begins; missing on the last one */
  next?: string;
}

/** What is open at the helpdesk of the member's tenant, newest first; a case of this moment may be missing. */
export class ListCases extends Query<OpenCasesPage> {
  /** @param before the `next` of the page before, decimal */
  constructor(
    readonly who: Authenticated,
    readonly limit: number,
    readonly before?: string,
  ) {
    super();
  }
}

@QueryHandler(ListCases)
export class ListCasesHandler implements IQueryHandler<ListCases> {
  constructor(
    @FromReadModels() private readonly db: ReadModels,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  async execute({ who, limit, before }: ListCases): Promise<OpenCasesPage> {
    const member = memberOf(who);
    const now = this.clock.now().toISOString();
    const found = await openCasesOf(this.db, member.tenantId, {
      ...{ now, limit: limit + 1 },
      ...(before !== undefined && { before: BigInt(before) }),
    });
    const rows = found.slice(0, limit);
    const people = await this.#people(rows);
    const items = rows.map((row) => viewOf(row, people, member));
    return { items, ...(found.length > limit && { next: rows.at(-1)!.position }) };
  }

  async #people(rows: readonly OpenCaseRow[]): Promise<ReadonlyMap<string, Person>> {
    const wanted = rows.flatMap(({ account_id, member_id }) => [account_id, ...(member_id ? [member_id] : [])]);
    const users = await usersById(this.db, [...new Set(wanted)]);
    const names = await namesOf(
      this.vault,
      users.map(({ username }) => username),
    );
    return new Map(users.map((user, n) => [user.account_id, { user, name: names[n] ?? null }]));
  }
}

interface Person {
  readonly user: UserRow;
  readonly name: string | null;
}

function viewOf(row: OpenCaseRow, people: ReadonlyMap<string, Person>, { memberId, roles }: Member): OpenCase {
  const person = people.get(row.account_id);
  return {
    kind: row.kind,
    caseId: row.case_id,
    caseNumber: caseNumberOf(row.case_id),
    accountId: row.account_id,
    username: person?.name ?? null,
    canAssist: row.account_id !== memberId && rankOf(roles) > rankOf(person?.user.roles ?? []),
    member: (row.member_id && people.get(row.member_id)?.name) || null,
    mine: row.member_id === memberId,
    ...(row.progress && { progress: row.progress }),
    openedAt: row.opened_at,
    ...(row.expires_at && { expiresAt: row.expires_at }),
  };
}
