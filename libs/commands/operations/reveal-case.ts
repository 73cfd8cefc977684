import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { access, forbidden, type AccessCommand, type AccessEvent } from '#libs/domain/access/access';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import type { VaultRef } from '#libs/domain/vault-ref';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { OwnerErased } from '#libs/vault/errors';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Throttle } from '../throttle.js';
import { Cases, type Case } from './cases.js';
import { wantedBy, type PersonalDatum } from './personal-data.js';
import { revealed, type RevealedCase } from './revealed-case.js';
import { VaultReader } from './vault-reader.js';

/** Everything about one recovery with its personal data; that they are read is an event before anybody sees them. */
export class RevealCase extends Command<RevealedCase> {
  /** @param code a support code, or a recovery's id @param reason in the reader's words, 500 characters at most */
  constructor(
    readonly code: string,
    readonly reason: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

type PersonalDataRead = Extract<AccessEvent, { type: 'PersonalDataRead' }>;

/** Who asks for whose data. */
type Asked = Pick<AccessCommand['data'], 'subject' | 'reader'>;

@CommandHandler(RevealCase)
export class RevealCaseHandler implements ICommandHandler<RevealCase> {
  constructor(
    private readonly cases: Cases,
    private readonly reader: VaultReader,
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly contexts: Contexts,
    private readonly throttle: Throttle,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation not-found, not-allowed, session-limited, rate-limited, idempotency-key-reused */
  async execute({ code, reason, who, caller }: RevealCase): Promise<RevealedCase> {
    if (who.limitedTo) throw new RuleViolation('session-limited', { next: who.limitedTo });
    await this.throttle.source('reveal', who.accountId);
    const found = (await this.cases.find(code, who.account.tenantId)) ?? (await this.cases.find(code));
    if (!found) throw new RuleViolation('not-found');
    const [asked, context] = [askedOf(found, who), await this.#contextOf(found, who, caller)];
    await this.#refuseOthers(asked, context);

    const events = await this.cases.events(found);
    const username = await this.#username(asked.subject.accountId);
    const wanted = wantedBy(events, username);
    const refs = wanted.map(({ ref }) => ref.ref);
    const read = await this.#record(asked, refs, reason, context);
    // A repetition shows what the first one named, though more may have happened since.
    const shown = wanted.filter(({ ref }) => read.data.refs.includes(ref.ref));
    const values = await this.reader.read(shown, asked.subject.accountId);
    const all = events.some(({ id }) => id === read.id) ? events : [...events, read];
    return revealed(found, all, values, username);
  }

  #contextOf({ recovery }: Case, who: Authenticated, caller: Caller): Promise<CommandContext> {
    return this.contexts.of({
      scope: who.sessionId,
      route: `audit/cases/${recovery.recovery_id}/reveal`,
      caller,
      actor: { kind: who.account.roles.length > 0 ? 'administrator' : 'user', id: who.accountId },
      tenantId: recovery.tenant_id,
      correlationId: recovery.correlation_id,
    });
  }

  async #refuseOthers(asked: Asked, context: CommandContext): Promise<void> {
    const why = forbidden(asked.subject, asked.reader);
    if (!why) return;
    await this.#execute({ type: 'RefuseReading', data: { ...asked, now: this.#now() } }, context);
    throw new RuleViolation('not-allowed', { why });
  }

  /** In the vault under the account's key, so that it goes when the account is erased: it may well name the person. */
  async #record(
    asked: Asked,
    refs: readonly string[],
    reason: string,
    context: CommandContext,
  ): Promise<StoredEvent<PersonalDataRead>> {
    const { accountId, tenantId } = asked.subject;
    const sealed = await this.#seal(accountId ?? `tenant:${tenantId}`, reason).catch((error: unknown) => {
      if (error instanceof OwnerErased) return this.#seal(`tenant:${tenantId}`, reason);
      throw error;
    });
    const data = { ...asked, refs, reason: sealed, now: this.#now() };
    const events = await this.#execute({ type: 'ReadPersonalData', data }, context);
    const read = events.find((event) => event.type === 'PersonalDataRead');
    if (!read) throw new RuleViolation('not-allowed');
    return read;
  }

  async #execute(command: AccessCommand, context: CommandContext): Promise<readonly StoredEvent<AccessEvent>[]> {
    return (await execute(this.store, access, command.data.subject.recoveryId, command, context)).events;
  }

  async #username(accountId: string | null): Promise<PersonalDatum | undefined> {
    const ref = accountId && (await load(this.store, account, accountId)).state.username;
    return ref ? { what: 'username', ref, place: 'account/username' } : undefined;
  }

  #seal = (owner: string, value: string): Promise<VaultRef> =>
    this.vault.seal({ owner, place: 'access/reason', value });

  #now = (): string => this.clock.now().toISOString();
}

const askedOf = ({ recovery }: Case, { accountId, account: { tenantId, roles } }: Authenticated): Asked => ({
  subject: { recoveryId: recovery.recovery_id, tenantId: recovery.tenant_id, accountId: recovery.account_id },
  reader: { accountId, tenantId, roles },
});
