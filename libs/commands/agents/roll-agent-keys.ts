import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agent } from '#libs/domain/agent/agent';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { VouchedKeys, type KeyHolder } from './vouched-keys.js';

/** An agent replaces its own keys; signed with the identity key that is being replaced. */
export class RollAgentKeys extends Command<void> {
  constructor(
    readonly holder: KeyHolder,
    readonly keys: { readonly sealingKey?: string; readonly identityKey?: string },
  ) {
    super();
  }
}

@CommandHandler(RollAgentKeys)
export class RollAgentKeysHandler implements ICommandHandler<RollAgentKeys> {
  constructor(
    private readonly store: EventStore,
    private readonly vouched: VouchedKeys,
    private readonly clock: Clock,
  ) {}

  async execute({ holder, keys }: RollAgentKeys): Promise<void> {
    const { agentId } = holder;
    const now = this.clock.now().toISOString();
    const context = (keyId: string) => ({
      commandId: derivedId(agentId, 'roll', keyId),
      correlationId: agentId,
      actor: { kind: 'agent' as const, id: agentId },
    });
    if (keys.sealingKey !== undefined) {
      const sealingKey = await this.vouched.vouch(holder, 'sealing', keys.sealingKey);
      const command = { type: 'RollSealingKey', data: { sealingKey, now } } as const;
      await execute(this.store, agent, agentId, command, context(sealingKey.keyId));
    }
    if (keys.identityKey !== undefined) {
      const identityKey = await this.vouched.vouch(holder, 'identity', keys.identityKey);
      const command = { type: 'RollIdentityKey', data: { identityKey, now } } as const;
      await execute(this.store, agent, agentId, command, context(identityKey.keyId));
    }
  }
}
