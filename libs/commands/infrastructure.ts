import type pg from 'pg';
import { Captchas } from '#libs/captcha/captchas';
import { migrateCaptchas } from '#libs/captcha/migrate-captchas';
import { EventStore } from '#libs/eventstore/event-store';
import type { LocalStore } from '#libs/eventstore/local-connection';
import { openReadModels, type ReadModels } from '#libs/readmodels/rows';
import type { Clock } from '#libs/runtime/clock';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { AgentReports } from '#libs/runtime/agent-reports';
import { openPool } from '#libs/runtime/postgres';
import { noBreachedPasswords, openBreachedPasswords, type BreachedPasswords } from '#libs/runtime/breached-passwords';
import { OpenSlots } from '#libs/runtime/open-slots';
import { SignInAsks } from '#libs/runtime/sign-in-asks';
import { RateLimiter } from '#libs/runtime/rate-limiter';
import { UsedKeys } from '#libs/runtime/used-keys';
import { ReportLags } from '#libs/runtime/report-lags';
import { Directory } from '#libs/vault/directory';
import type { MasterKey } from '#libs/vault/master-key';
import { isVaultUnused } from '#libs/vault/master-key-check';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { Served } from './served.js';
import { Tokens } from './tokens.js';

export interface InfrastructureOptions {
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  /** The store itself, where it runs in this process: taken instead of its URL. */
  readonly localStore?: LocalStore;
  readonly masterKey: MasterKey;
  readonly clock: Clock;
  /** CAPTCHA answers may be looked up: for the simulated outside world and never elsewhere. */
  readonly inspectable?: boolean;
  /** Path of the list of breached passwords. */
  readonly breachedPasswords?: string | undefined;
  /** Who carries text messages and calls: both unless told. */
  readonly telecom?: { readonly texts: boolean; readonly calls: boolean };
  readonly onPoolError?: (error: Error) => void;
}

/** Everything a role works with: one of each per process. */
export interface Infrastructure {
  readonly pool: pg.Pool;
  readonly readModels: ReadModels;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly hasher: PasswordHasher;
  readonly captchas: Captchas;
  readonly limiter: RateLimiter;
  readonly slots: OpenSlots;
  readonly usedKeys: UsedKeys;
  readonly breached: BreachedPasswords;
  readonly reportLags: ReportLags;
  readonly tokens: Tokens;
  readonly served: Served;
  readonly agentPolls: AgentPolls;
  readonly agentReports: AgentReports;
  readonly signInAsks: SignInAsks;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Connects, migrates and checks; what cannot be used stops the start with a sentence. */
export async function openInfrastructure(options: InfrastructureOptions): Promise<Infrastructure> {
  const { clock, masterKey, databaseUrl, eventStoreUrl } = options;
  const breached = options.breachedPasswords
    ? await openBreachedPasswords(options.breachedPasswords)
    : noBreachedPasswords;
  const pool = openPool(databaseUrl, options.onPoolError ? { onError: options.onPoolError } : {});
  const store = EventStore.connect(options.localStore ?? eventStoreUrl, { clock });
  try {
    await refuseLogWithoutVault(pool, store);
    const vault = await Vault.open({ pool, masterKey, clock });
    await migrateCaptchas(pool);
    const [directory, limiter, slots, usedKeys, reportLags, tokens, agentPolls, agentReports, signInAsks, captchaKey] =
      await Promise.all([
        Directory.open({ pool, vault, clock }),
        RateLimiter.open(pool, clock),
        OpenSlots.open(pool, clock),
        UsedKeys.open(pool, clock),
        ReportLags.open(pool),
        Tokens.open(vault),
        AgentPolls.open(pool, clock),
        AgentReports.open(pool, clock),
        vault.installationKey('sign-in-asks').then((key) => SignInAsks.open(pool, key)),
        vault.installationKey('captcha'),
      ]);
    const captchas = new Captchas({ pool, key: captchaKey, clock, inspectable: options.inspectable ?? false });
    const close = async (): Promise<void> => {
      await store.close();
      await signInAsks.close();
      await pool.end();
    };
    const readModels = openReadModels(pool);
    return {
      pool,
      readModels,
      store,
      vault,
      directory,
      hasher: new PasswordHasher(),
      captchas,
      limiter,
      slots,
      usedKeys,
      breached,
      reportLags,
      tokens,
      served: new Served(options.telecom ?? { texts: true, calls: true }),
      agentPolls,
      agentReports,
      signInAsks,
      clock,
      close,
    };
  } catch (error) {
    await store.close();
    await pool.end();
    throw error;
  }
}

/** Log and vault do not belong together; the message says what to do. */
class StoresRefused extends Error {
  override readonly name = 'StoresRefused';
}

/** Every process opens the vault before it writes an event, and a restore brings the vault last. */
async function refuseLogWithoutVault(pool: pg.Pool, store: EventStore): Promise<void> {
  if (!(await isVaultUnused(pool))) return;
  const { done: empty } = await store.readAll({ limit: 1 }).next();
  // Asked again: another process may have begun between the two questions.
  if (empty || !(await isVaultUnused(pool))) return;
  throw new StoresRefused(
    'The event store holds events, but the vault in the database is empty: a restore was broken off, or DATABASE_URL and ' +
      'EVENTSTORE_URL name stores that do not belong together. Restore into fresh ones, or name the right ones.',
  );
}
