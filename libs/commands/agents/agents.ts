import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import { agent, type AgentState } from '#libs/domain/agent/agent';
import { isBefore, seconds, type Instant } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { load, recall } from '#libs/eventstore/execute';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { VouchedKeys } from './vouched-keys.js';

/** An agent that asked for work this lately is alive. */
export const aliveMs = seconds(30);

/** The agents of a tenant that could carry something now. */
@Injectable()
export class Agents {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly polls: AgentPolls,
    private readonly keys: VouchedKeys,
    private readonly clock: Clock,
  ) {}

  /** Enrolled, heard of lately, and with a key that things may be sealed for. */
  async live(tenantId: string): Promise<readonly AgentState[]> {
    const now = this.clock.now().toISOString();
    const heard = await this.polls.heard(tenantId, aliveMs);
    const states = await Promise.all(heard.map(async (id) => (await load(this.store, agent, id)).state));
    const able = await Promise.all(states.map((state) => this.#isAble(state, now)));
    return states.filter((state, n) => able[n] && state.tenantId === tenantId);
  }

  async #isAble(state: AgentState, now: Instant): Promise<boolean> {
    const { phase, sealingKey } = state;
    if (phase !== 'enrolled' || sealingKey === null || !isBefore(now, sealingKey.expiresAt)) return false;
    return this.keys.isVouched(state, 'sealing', sealingKey);
  }

  /** Costs the same for every name of a tenant, whoever is asked for. */
  async anyAlive(tenantId: string): Promise<boolean> {
    return (await this.live(tenantId)).length > 0;
  }

  /** objectGUID or entryUUID of a hybrid account's owner; undefined while the directory was not asked for them. */
  async userIdOf(accountId: string): Promise<string | undefined> {
    const { directoryUser } = (await recall(this.store, account, accountId)).state;
    const userId = directoryUser && (await this.vault.read(directoryUser, 'account/directory-user'));
    return userId?.toString();
  }
}
