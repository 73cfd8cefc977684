import { Injectable } from '@nestjs/common';
import type { AgentState } from '#libs/domain/agent/agent';
import { RuleViolation } from '#libs/domain/decider';
import { plus, seconds, type Instant } from '#libs/domain/time';
import { Clock } from '#libs/runtime/clock';
import { Agents } from '../agents/agents.js';

export interface Reached {
  readonly agents: readonly AgentState[];
  /** objectGUID or entryUUID */
  readonly userId: string;
  /** After this no agent begins to write. */
  readonly deadline: Instant;
}

/** How long after it was asked for an agent may begin to write, milliseconds. */
const writebackMs = seconds(120);

/** Who could write to a person's directory now, and to whom there. */
@Injectable()
export class Reach {
  constructor(
    private readonly agents: Agents,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation unavailable when nobody could at present: nothing is changed */
  async of(tenantId: string, accountId: string): Promise<Reached> {
    const agents = await this.agents.live(tenantId);
    const userId = await this.agents.userIdOf(accountId);
    if (agents.length === 0 || userId === undefined) {
      throw new RuleViolation('unavailable', { retryAfterMs: seconds(30) });
    }
    return { agents, userId, deadline: plus(this.clock.now().toISOString(), writebackMs) };
  }
}
