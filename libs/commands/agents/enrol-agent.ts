import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agent } from '#libs/domain/agent/agent';
import { RuleViolation } from '#libs/domain/decider';
import type { Enrolled, Enrolment } from '#libs/directory/protocol/agent-messages';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { derivedId } from '../steps.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';
import { platformKey } from './platform-key.js';
import { VouchedKeys, type KeyHolder } from './vouched-keys.js';

/** A program brings a one-time code and becomes an agent: from here on its key speaks for it. */
export class EnrolAgent extends Command<Enrolled> {
  constructor(
    readonly enrolment: Enrolment,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(EnrolAgent)
export class EnrolAgentHandler implements ICommandHandler<EnrolAgent> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly tokens: Tokens,
    private readonly throttle: Throttle,
    private readonly keys: VouchedKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation enrolment-refused, whatever is wrong with the code; the same keys are answered again */
  async execute({ enrolment, caller }: EnrolAgent): Promise<Enrolled> {
    await this.throttle.source('enrol', this.tokens.source(caller.address));
    const holder = await this.#holderOf(enrolment.enrolmentCode);
    const { agentId } = holder;
    const identityKey = await this.keys.vouch(holder, 'identity', enrolment.identityKey);
    const sealingKey = await this.keys.vouch(holder, 'sealing', enrolment.sealingKey);
    const data = { identityKey, sealingKey, version: enrolment.version, now: this.clock.now().toISOString() };
    const { state } = await execute(
      this.store,
      agent,
      agentId,
      { type: 'EnrolAgent', data },
      // The keys are the command: an agent whose answer was lost asks again with the same ones.
      {
        commandId: derivedId(agentId, 'enrol', identityKey.keyId, sealingKey.keyId),
        correlationId: agentId,
        actor: { kind: 'agent', id: agentId },
      },
    );
    const { publicKey } = await platformKey(this.vault);
    return { now: data.now, agentId, tenantId: state.tenantId, platformKey: publicKey };
  }

  /** The code says which agent and of which tenant: what the log says of that is no authority. */
  async #holderOf(enrolmentCode: string): Promise<KeyHolder> {
    const agentId = this.tokens.agentIdIn(enrolmentCode);
    if (agentId === undefined) throw new RuleViolation('enrolment-refused');
    const { tenantId } = (await load(this.store, agent, agentId)).state;
    if (!this.tokens.isEnrolmentCode(enrolmentCode, { agentId, tenantId }))
      throw new RuleViolation('enrolment-refused');
    return { agentId, tenantId };
  }
}
