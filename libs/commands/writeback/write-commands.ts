import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import type { Errand } from '#libs/domain/writeback/writeback.events';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { SealedPassword } from '#libs/directory/protocol/sealed-password';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Vault } from '#libs/vault/vault';

/** What an agent is told to do. */
@Injectable()
export class WriteCommands {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /**
   * @param over its time is: without its sealed value an agent can still say what stands in the directory
   * @returns undefined when its sealed value or its person is gone: then nothing can be done
   */
  async of(errand: Errand, { over = false } = {}): Promise<WriteCommand | undefined> {
    const { writebackId, accountId, recoveryId, kind, fence: epoch, doubleReset, deadline, sealed: ref } = errand;
    const { directoryUser } = (await load(this.store, account, accountId)).state;
    const [userId, sealed] = await Promise.all([
      directoryUser && this.vault.read(directoryUser, 'account/directory-user'),
      ref && this.vault.read(ref, 'account/sealed-password'),
    ]);
    if (!userId || (kind !== 'unlock' && !sealed && !over)) return undefined;
    return {
      type: 'write',
      writebackId,
      accountId,
      recoveryId,
      userId: userId.toString(),
      epoch,
      kind,
      sealed: sealed ? (JSON.parse(sealed.toString()) as SealedPassword) : null,
      doubleReset,
      deadline,
    };
  }
}
