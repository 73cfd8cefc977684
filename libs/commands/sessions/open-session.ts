import { Injectable } from '@nestjs/common';
import type { AccountState } from '#libs/domain/account/account.state';
import { currentCredentialId } from '#libs/domain/account/directory-link';
import type { Role } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import { holds, session, type SessionLimit } from '#libs/domain/session/session';
import { hours, minutes, plus } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { Tokens } from '../tokens.js';

export interface SignedIn {
  token: string;
  roles: readonly Role[];
  expiresAt: string;
  /** What should be done first; with a limited session, nothing else can. */
  next?: NextStep;
}

export type NextStep = 'change-password' | 'register-methods' | 'reconfirm-methods';

export interface SessionWish {
  /** The credential it stands and falls with; the account's own unless told. */
  readonly credentialId?: string;
  readonly limitedTo?: SessionLimit | undefined;
  readonly by?: 'temporary-access-pass';
}

const lifetimeMs = hours(8);
/** Long enough to think of a password, or to set up an app. */
const limitedLifetimeMs = minutes(30);

/** Opens sessions, each with an id of its own: whatever changes what somebody may do opens a new one (A2). */
@Injectable()
export class Sessions {
  constructor(
    private readonly store: EventStore,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /**
   * The session of this command: opened now, or by an earlier try of the same command.
   * @throws RuleViolation session-invalid when it was opened before and has ended meanwhile
   */
  async open(owner: AccountState, wish: SessionWish, context: CommandContext): Promise<SignedIn> {
    const { accountId, tenantId, roles } = owner;
    const { credentialId = currentCredentialId(owner), limitedTo, by } = wish;
    if (accountId === null || credentialId === undefined) throw new RuleViolation('session-invalid');
    const sessionId = derivedId(context.commandId, 'session');
    const now = this.clock.now().toISOString();
    const expiresAt = plus(now, limitedTo ? limitedLifetimeMs : lifetimeMs);
    const limits = { ...(limitedTo && { limitedTo }), ...(by && { by }) };
    const data = { sessionId, accountId, tenantId, credentialId, expiresAt, ...limits, now };
    const command = { type: 'StartSession', data } as const;
    const { state } = await execute(this.store, session, sessionId, command, context, { presume: 'no-stream' });
    if (!holds(state, credentialId, now)) throw new RuleViolation('session-invalid');
    return { token: this.tokens.sessionToken(sessionId), roles, expiresAt: state.expiresAt };
  }
}
