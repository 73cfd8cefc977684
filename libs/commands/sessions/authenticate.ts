import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { passInForce } from '#libs/domain/account/access-pass';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { currentCredentialId } from '#libs/domain/account/directory-link';
import { endedTogether } from '#libs/domain/account/session-endings';
import { RuleViolation } from '#libs/domain/decider';
import { holds, session, type SessionLimit } from '#libs/domain/session/session';
import { isBefore, type Instant } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Tokens } from '../tokens.js';

export interface Authenticated {
  sessionId: string;
  accountId: string;
  /** The password it stands and falls with. */
  credentialId: string;
  account: AccountState;
  startedAt: Instant;
  /** The only thing this session is good for; null: everything. */
  limitedTo: SessionLimit | null;
  /** The temporary access pass it was opened with; null: a password. */
  passId: string | null;
}

/** The pass a session stands and falls with, while it is in force. */
const passHeld = (owner: AccountState, passId: string): string | undefined =>
  passInForce(owner, passId) ? passId : undefined;

/** Whose session a token stands for. It holds only while the password it was opened with is current. */
export class Authenticate extends Query<Authenticated> {
  constructor(readonly token: string | undefined) {
    super();
  }
}

@QueryHandler(Authenticate)
export class AuthenticateHandler implements IQueryHandler<Authenticate> {
  constructor(
    private readonly store: EventStore,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation session-invalid */
  async execute({ token }: Authenticate): Promise<Authenticated> {
    const sessionId = token === undefined ? undefined : this.tokens.sessionIdIn(token);
    if (sessionId === undefined) throw new RuleViolation('session-invalid');
    const { state } = await load(this.store, session, sessionId);
    const owner = await load(this.store, account, state.accountId);
    const { disabled, rolesChangedAt } = owner.state;
    // A session opened before its owner's roles changed was opened under other conditions: without a second factor, say.
    const outlived = rolesChangedAt !== null && isBefore(state.startedAt, rolesChangedAt);
    const byPass = state.by === 'temporary-access-pass';
    const current = byPass ? passHeld(owner.state, state.credentialId) : currentCredentialId(owner.state);
    const ended = outlived || endedTogether(owner.state, state);
    if (disabled || ended || !holds(state, current, this.clock.now().toISOString())) {
      throw new RuleViolation('session-invalid');
    }
    const { accountId, startedAt, limitedTo, credentialId } = state;
    const passId = byPass ? credentialId : null;
    return { sessionId, accountId, credentialId, account: owner.state, startedAt, limitedTo, passId };
  }
}
