import type { AccountState } from '#libs/domain/account/account.state';
import type { UserRow } from '#libs/readmodels/users';
import type { VaultRef } from '#libs/domain/vault-ref';
import type { Vault } from '#libs/vault/vault';

/** A person of the tenant as an administrator sees them. Contacts are nobody's business but their owner's. */
export interface UserView {
  accountId: string;
  /** null once erased */
  username: string | null;
  origin: string;
  language: string;
  roles: readonly string[];
  groups: readonly string[];
  licensed: boolean;
  disabled: boolean;
  methods: { methodId: string; method: string; by: string; at: string }[];
  passwordSetAt: string | null;
}

export interface ListedUser extends UserView {
  lastSignInAt: string | null;
  /** the day (UTC) of the last sign-in at the organisation's own directory, as far as it told */
  lastDirectorySignInOn: string | null;
  createdAt: string;
}

/** @param state of an account that exists */
export async function viewOf(vault: Vault, state: AccountState): Promise<UserView> {
  const [username] = state.username ? await namesOf(vault, [state.username]) : [];
  const { accountId, origin, language, roles, groups, licensed, disabled, methods, credential } = state;
  return {
    accountId: accountId!,
    username: username ?? null,
    origin,
    language,
    roles,
    groups,
    licensed,
    disabled,
    methods: methods.map(({ methodId, method, by, at }) => ({ methodId, method, by, at })),
    passwordSetAt: credential?.at ?? null,
  };
}

/** One round trip for all names. */
export async function listed(vault: Vault, rows: readonly UserRow[]): Promise<ListedUser[]> {
  const names = await namesOf(
    vault,
    rows.map(({ username }) => username),
  );
  return rows.map((row, n) => ({
    accountId: row.account_id,
    username: names[n] ?? null,
    origin: row.origin,
    language: row.language,
    roles: row.roles,
    groups: row.groups,
    licensed: row.licensed,
    disabled: row.disabled,
    methods: row.methods.map(({ methodId, method, by, at }) => ({ methodId, method, by, at })),
    passwordSetAt: row.credential_set_at,
    lastSignInAt: row.last_sign_in_at,
    lastDirectorySignInOn: row.seen_at_directory_on,
    createdAt: row.created_at,
  }));
}

/** In the order of the references; undefined for what was erased. */
export async function namesOf(vault: Vault, refs: readonly VaultRef[]): Promise<(string | undefined)[]> {
  const names = await vault.readAll(refs.map((ref) => ({ ref, place: 'account/username' })));
  return names.map((name) => name?.toString());
}
