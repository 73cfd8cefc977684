import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { enabledGroups } from '#libs/domain/tenant/groups';
import type { ReadModels } from '#libs/readmodels/rows';
import { groupSizes } from '#libs/readmodels/users';
import { FromReadModels } from '../read-models.js';
import { Tenants } from './tenants.js';

export interface ListedGroup {
  groupId: string;
  name: string;
  /** groups of which its members are members as well */
  within: readonly string[];
  /** people in it by themselves, without those of groups within it; a moment behind */
  members: number;
  /** whether its members may reset when the policy is enabled for selected groups */
  enabled: boolean;
}

export class ListGroups extends Query<ListedGroup[]> {
  constructor(readonly tenantId: string) {
    super();
  }
}

@QueryHandler(ListGroups)
export class ListGroupsHandler implements IQueryHandler<ListGroups> {
  constructor(
    private readonly tenants: Tenants,
    @FromReadModels() private readonly db: ReadModels,
  ) {}

  async execute({ tenantId }: ListGroups): Promise<ListedGroup[]> {
    const [state, sizes] = await Promise.all([this.tenants.fresh(tenantId), groupSizes(this.db, tenantId)]);
    const enabled = enabledGroups(state);
    return Object.entries(state.groups)
      .map(([groupId, { name, within }]) => ({
        groupId,
        name,
        within,
        members: sizes.get(groupId) ?? 0,
        enabled: enabled.has(groupId),
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }
}
