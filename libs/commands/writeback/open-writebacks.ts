import { Injectable } from '@nestjs/common';
import { offeredTo, takenBy } from '#libs/readmodels/open-writebacks';
import type { ReadModels } from '#libs/readmodels/rows';
import { Clock } from '#libs/runtime/clock';
import { FromReadModels } from '../read-models.js';

/** What waits for a tenant's agents: answered by a read model, so it may lag behind by a moment. */
@Injectable()
export class OpenWritebacks {
  constructor(
    @FromReadModels() private readonly db: ReadModels,
    private readonly clock: Clock,
  ) {}

  /** Ids of what is held out, the longest waiting first. */
  of(tenantId: string): Promise<readonly string[]> {
    return offeredTo(this.db, tenantId, this.clock.now().toISOString());
  }

  /** Ids of what this agent took and nobody has heard of. */
  takenBy(tenantId: string, agentId: string): Promise<readonly string[]> {
    return takenBy(this.db, tenantId, agentId, this.clock.now().toISOString());
  }
}
