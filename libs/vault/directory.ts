import type pg from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { canonicalUsername } from './canonical-username.js';
import { OwnerErased } from './errors.js';
import { keyedToken } from './keyed-token.js';
import type { Vault } from './vault.js';

export interface DirectoryOptions {
  pool: pg.Pool;
  vault: Vault;
  clock: Clock;
}

/** A reservation nobody confirmed or released: its process died around the event. */
export interface PendingEntry {
  token: string;
  accountId: string;
}

/**
 * Which account a username or alias of a tenant belongs to, each canonical form once per tenant. The table holds keyed
 * tokens, no names: without the installation's key it neither tells nor confirms who has an account.
 *
 * A name is reserved before the event that gives it and confirmed after it; both may be repeated.
 */
export class Directory {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
    private readonly key: Buffer,
  ) {}

  static async open({ pool, vault, clock }: DirectoryOptions): Promise<Directory> {
    return new Directory(pool, clock, await vault.installationKey('directory'));
  }

  static readonly canonical = canonicalUsername;

  /** `reserved` also when this account has the name already. @throws InvalidUsername, OwnerErased */
  async reserve(tenantId: string, username: string, accountId: string): Promise<'reserved' | 'taken'> {
    const token = this.#token(tenantId, username);
    const { rowCount } = await this.pool.query({ ...reserveStatement, values: [token, accountId, this.clock.now()] });
    if (rowCount === 1) return 'reserved';
    const { rowCount: erased } = await this.pool.query('SELECT FROM vault.erasures WHERE owner = $1', [accountId]);
    if (erased) throw new OwnerErased(accountId);
    return 'taken';
  }

  /** To be called once the event is stored. @throws Error when the account has not reserved the name */
  async confirm(tenantId: string, username: string, accountId: string): Promise<void> {
    await this.settle({ token: this.#token(tenantId, username), accountId }, 'confirmed');
  }

  /** Gives the name back, pending or confirmed; nothing happens when it is not this account's. */
  async release(tenantId: string, username: string, accountId: string): Promise<void> {
    await this.settle({ token: this.#token(tenantId, username), accountId }, 'released');
  }

  /** @returns the account with this confirmed name. @throws InvalidUsername */
  async lookup(tenantId: string, username: string): Promise<string | undefined> {
    const values = [this.#token(tenantId, username)];
    const { rows } = await this.pool.query<{ account_id: string }>({ ...lookupStatement, values });
    return rows[0]?.account_id;
  }

  /**
   * An account is its person's in the organisation's own directory, whatever their name becomes. Kept beside names, in a
   * form that nobody can type.
   * @param userId objectGUID or entryUUID @returns `taken` when it is another account's already
   */
  async link(tenantId: string, userId: string, accountId: string): Promise<'linked' | 'taken'> {
    const token = this.#link(tenantId, userId);
    const { rowCount } = await this.pool.query({ ...reserveStatement, values: [token, accountId, this.clock.now()] });
    if (rowCount === 0) return 'taken';
    await this.settle({ token, accountId }, 'confirmed');
    return 'linked';
  }

  /** @returns whose account a person of the organisation's own directory has */
  async linked(tenantId: string, userId: string): Promise<string | undefined> {
    const values = [this.#link(tenantId, userId)];
    const { rows } = await this.pool.query<{ account_id: string }>({ ...lookupStatement, values });
    return rows[0]?.account_id;
  }

  /** Reservations made before this time and still open; the account's stream says whether to confirm or release them. */
  async pending(before: Date): Promise<PendingEntry[]> {
    const { rows } = await this.pool.query<PendingEntry>(
      `SELECT token, account_id AS "accountId" FROM vault.directory_entries
       WHERE NOT confirmed AND reserved_at < $1 ORDER BY reserved_at LIMIT 1000`,
      [before],
    );
    return rows;
  }

  async settle({ token, accountId }: PendingEntry, as: 'confirmed' | 'released'): Promise<void> {
    const { rowCount } = await this.pool.query({ ...settleStatements[as], values: [token, accountId] });
    if (as === 'confirmed' && rowCount === 0) throw new Error(`The account ${accountId} has not reserved this name.`);
  }

  #link = (tenantId: string, userId: string): string => keyedToken(this.key, tenantId, 'directory-user', userId);
  #token = (tenantId: string, username: string): string => keyedToken(this.key, tenantId, canonicalUsername(username));
}

const reserveStatement = {
  name: 'directory-reserve',
  text: `
    INSERT INTO vault.directory_entries AS present (token, account_id, reserved_at)
    SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM vault.erasures WHERE owner = $2)
    ON CONFLICT (token) DO UPDATE SET account_id = present.account_id WHERE present.account_id = excluded.account_id`,
};

const lookupStatement = {
  name: 'directory-lookup',
  text: 'SELECT account_id FROM vault.directory_entries WHERE token = $1 AND confirmed',
};

const settleStatements = {
  confirmed: {
    name: 'directory-confirm',
    text: 'UPDATE vault.directory_entries SET confirmed = true WHERE token = $1 AND account_id = $2',
  },
  released: {
    name: 'directory-release',
    text: 'DELETE FROM vault.directory_entries WHERE token = $1 AND account_id = $2',
  },
};
