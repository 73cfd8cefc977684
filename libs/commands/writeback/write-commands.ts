import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import { disownedSince } from '#libs/domain/account/disputes';
import type { Errand } from '#libs/domain/writeback/writeback.events';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { SealedPassword } from '#libs/directory/protocol/sealed-password';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Vault } from '#libs/vault/vault';

interface Standing {
  /** Its time is: without its sealed value an agent can still say what stands in the directory. */
  readonly over?: boolean;
  /** Another agent had it and was not heard of: it may have done some of it. */
  readonly tried: boolean;
  /** Nobody had it yet. */
  readonly untouched?: boolean;
}

/** What an agent is told to do. */
@Injectable()
export class WriteCommands {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /**
   * @returns undefined when its sealed value or its person is gone, or when the account was disabled, or disowned by its owner,
   *   before anybody had begun: then nothing is to be done
   */
  async of(errand: Errand, { over = false, tried, untouched = false }: Standing): Promise<WriteCommand | undefined> {
    const { writebackId, accountId, recoveryId, kind, fence: epoch, doubleReset, deadline, sealed: ref } = errand;
    const { state: owner } = await load(this.store, account, accountId);
    // What was begun is finished; what was not is not begun for somebody who may be a stranger.
    if (untouched && (owner.disabled || disownedSince(owner, epoch))) return undefined;
    const { directoryUser } = owner;
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
      ...(tried && { tried }),
    };
  }
}
