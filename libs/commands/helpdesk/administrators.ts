import { administratorsOf } from '#libs/readmodels/users';
import type { ReadModels } from '#libs/readmodels/rows';

/** Who of a tenant hears what happens to its accounts: answered by a read model, so it may lag behind by a moment. */
export class Administrators {
  constructor(private readonly db: ReadModels) {}

  async of(tenantId: string): Promise<readonly string[]> {
    return (await administratorsOf(this.db, tenantId)).map(({ account_id }) => account_id);
  }
}
