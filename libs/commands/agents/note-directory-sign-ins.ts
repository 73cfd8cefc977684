import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { signIns as tries } from '#libs/domain/signins/signins';
import type { Day } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Directory } from '#libs/vault/directory';
import { derivedId } from '../steps.js';

/** The day of somebody's last sign-in at the customer's directory. */
export interface DirectorySignIn {
  /** objectGUID or entryUUID */
  readonly userId: string;
  readonly on: Day;
}

/** On which day people last signed in at the customer's directory: days, because the log need not hold every sign-in there. */
export class NoteDirectorySignIns extends Command<{ noted: number }> {
  constructor(
    readonly agentId: string,
    readonly tenantId: string,
    readonly signIns: readonly DirectorySignIn[],
  ) {
    super();
  }
}

@CommandHandler(NoteDirectorySignIns)
export class NoteDirectorySignInsHandler implements ICommandHandler<NoteDirectorySignIns> {
  constructor(
    private readonly store: EventStore,
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  /** Passes over people who are no account of this tenant's. */
  async execute({ agentId, tenantId, signIns }: NoteDirectorySignIns): Promise<{ noted: number }> {
    let noted = 0;
    for (const { userId, on } of signIns) {
      const accountId = await this.directory.linked(tenantId, userId);
      if (accountId === undefined) continue;
      const commandId = derivedId(tenantId, 'directory-sign-in', userId, on);
      const context = { commandId, correlationId: commandId, actor: { kind: 'agent', id: agentId } } as const;
      const now = this.clock.now().toISOString();
      const command = { type: 'NoteDirectorySignIn', data: { accountId, on, now } } as const;
      const { events, repeated } = await execute(this.store, tries, accountId, command, context);
      noted += repeated ? 0 : events.length;
    }
    return { noted };
  }
}
