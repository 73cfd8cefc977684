import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { existing } from './lifecycle.js';
import type { AccountState } from './account.state.js';
import { openDispute } from './disputes.js';
import type { Part } from './part.js';

export interface DirectoryLink {
  /** The person's id in the customer's directory (objectGUID, entryUUID); null while nobody linked them. */
  readonly directoryUser: VaultRef | null;
}

export interface DirectoryLinkCommands {
  LinkDirectoryUser: { directoryUser: VaultRef; now: Instant };
  RenameAccount: { username: VaultRef; now: Instant };
}

export interface DirectoryLinkEvents {
  DirectoryUserLinked: { accountId: string; directoryUser: VaultRef; at: Instant };
  /** The directory gave this person another name; they are who they were. */
  AccountRenamed: { accountId: string; username: VaultRef; at: Instant };
}

/**
 * What a session stands and falls with: the password that is current. One that the directory holds, and Keyturn never wrote,
 * has no id of its own; after "this was not me" none is current until a new one is written.
 */
export function currentCredentialId(state: AccountState): string | undefined {
  const { credential, origin } = state;
  if (credential) return credential.credentialId;
  return origin === 'hybrid' && !openDispute(state) ? 'directory' : undefined;
}

export const noLink: DirectoryLink = { directoryUser: null };

export const directoryLink: Part<DirectoryLinkCommands, DirectoryLinkEvents> = {
  decide: {
    LinkDirectoryUser({ directoryUser, now: at }, state) {
      return [{ type: 'DirectoryUserLinked', data: { accountId: existing(state), directoryUser, at } }];
    },
    RenameAccount({ username, now: at }, state) {
      const accountId = existing(state);
      if (username.ref === state.username?.ref) return [];
      return [{ type: 'AccountRenamed', data: { accountId, username, at } }];
    },
  },
  evolve: {
    DirectoryUserLinked: (state, { directoryUser }) => ({ ...state, directoryUser }),
    AccountRenamed: (state, { username }) => ({ ...state, username }),
  },
};
