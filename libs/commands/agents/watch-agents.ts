import { agent } from '#libs/domain/agent/agent';
import { isBefore, minutes, plus, type Instant } from '#libs/domain/time';
import type { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import type { AgentPolls, Poll } from '#libs/runtime/agent-polls';
import type { Clock } from '#libs/runtime/clock';
import type { TellAdministrators } from '../helpdesk/tell-administrators.js';
import { derivedId } from '../steps.js';

/** Milliseconds after which an agent's silence is an alarm; a restart takes less. */
export const alarmMs = minutes(2);

/** Raises one alarm for each silence of an agent, and notes when it is over. */
export class WatchAgents {
  readonly #since: Instant;

  constructor(
    private readonly store: EventStore,
    private readonly polls: AgentPolls,
    private readonly administrators: TellAdministrators,
    private readonly clock: Clock,
  ) {
    this.#since = clock.now().toISOString();
  }

  async run(): Promise<void> {
    for (const poll of await this.polls.all()) await this.#look(poll);
  }

  async #look({ agentId, tenantId, at }: Poll): Promise<void> {
    const now = this.clock.now().toISOString();
    const lastHeardAt = at.toISOString();
    const { phase, silent } = (await load(this.store, agent, agentId)).state;
    if (phase !== 'enrolled') return;
    // While nobody of ours was there to be asked, nobody asked.
    const quietSince = isBefore(lastHeardAt, this.#since) ? this.#since : lastHeardAt;
    const quiet = !isBefore(now, plus(quietSince, alarmMs));
    if (!quiet && silent && isBefore(now, plus(lastHeardAt, alarmMs))) return this.#heard(agentId, lastHeardAt, now);
    if (!quiet || silent) return;
    const id = derivedId(agentId, 'silent', lastHeardAt);
    const facts = { agent: agentId.slice(0, 8), since: lastHeardAt };
    // Told first: an alarm that stands in the log has reached whom it is for.
    await this.administrators.of(tenantId, { id, template: 'agent-fell-silent', facts, correlationId: agentId });
    const command = { type: 'NoteSilence', data: { lastHeardAt, now } } as const;
    await execute(this.store, agent, agentId, command, context(agentId, id));
  }

  async #heard(agentId: string, lastHeardAt: Instant, now: Instant): Promise<void> {
    const command = { type: 'NoteHeard', data: { now } } as const;
    await execute(this.store, agent, agentId, command, context(agentId, derivedId(agentId, 'heard', lastHeardAt)));
  }
}

const context = (agentId: string, commandId: string) => ({
  commandId,
  correlationId: agentId,
  actor: { kind: 'system' as const, id: 'agents' },
});
