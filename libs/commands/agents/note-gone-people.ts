import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Directory } from '#libs/vault/directory';
import { derivedId } from '../steps.js';

/** Who is in the customer's directory no more: disabled, and kept for the record. */
export class NoteGonePeople extends Command<{ disabled: number }> {
  constructor(
    readonly agentId: string,
    readonly tenantId: string,
    readonly userIds: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(NoteGonePeople)
export class NoteGonePeopleHandler implements ICommandHandler<NoteGonePeople> {
  constructor(
    private readonly store: EventStore,
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  async execute({ agentId, tenantId, userIds }: NoteGonePeople): Promise<{ disabled: number }> {
    let disabled = 0;
    for (const userId of userIds) {
      const accountId = await this.directory.linked(tenantId, userId);
      if (accountId === undefined) continue;
      const now = this.clock.now().toISOString();
      const commandId = derivedId(tenantId, 'directory-user', userId, `gone ${now}`);
      const context = { commandId, correlationId: commandId, actor: { kind: 'agent', id: agentId } } as const;
      const command = { type: 'DisableAccount', data: { by: 'directory', now } } as const;
      const { events } = await execute(this.store, account, accountId, command, context);
      disabled += events.length > 0 ? 1 : 0;
    }
    return { disabled };
  }
}
