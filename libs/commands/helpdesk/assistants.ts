import { Injectable } from '@nestjs/common';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountEvent } from '#libs/domain/account/account.events';
import type { AccountState } from '#libs/domain/account/account.state';
import { carriers } from '#libs/domain/account/assistance';
import type { CarriedCode, Notice } from '#libs/domain/account/notices';
import { mayAssist, type Member } from '#libs/domain/account/ranks';
import { RuleViolation } from '#libs/domain/decider';
import type { Instant } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext, type Executed } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Served } from '../served.js';
import { step } from '../steps.js';

type Carried = Pick<Notice, 'noticeId' | 'template'> & { code: CarriedCode; expiresAt: Instant };

/** One request of a member about somebody's account. */
export interface Assisting {
  readonly accountId: string;
  readonly member: Member;
  readonly context: CommandContext;
}

/** How a member's commands reach the account they are about: as an administrator's, under the case they belong to. */
@Injectable()
export class Assistants {
  constructor(
    private readonly store: EventStore,
    private readonly contexts: Contexts,
    private readonly served: Served,
    private readonly clock: Clock,
  ) {}

  async request(
    who: Authenticated,
    accountId: string,
    route: string,
    caller: Caller,
    correlationId?: string,
  ): Promise<Assisting> {
    const member = memberOf(who);
    const actor = { kind: 'administrator', id: member.memberId } as const;
    const parts = { scope: who.sessionId, route: `helpdesk/${accountId}/${route}`, caller, actor };
    const { tenantId } = member;
    const context = await this.contexts.of({ ...parts, tenantId, ...(correlationId && { correlationId }) });
    return { accountId, member, context };
  }

  execute(
    { accountId, context }: Assisting,
    command: AccountCommand | ((state: AccountState) => AccountCommand),
    name?: string,
  ): Promise<Executed<AccountState, AccountEvent>> {
    return execute(this.store, account, accountId, command, name ? step(context, name) : context);
  }

  /** Asked before anything is kept for a request that would be refused anyway. @throws not-found, not-allowed */
  async mayAssist({ accountId, member }: Assisting): Promise<void> {
    mayAssist(member, (await load(this.store, account, accountId)).state);
  }

  /** Whether this step of this very command was carried out before. */
  async did({ accountId, context }: Assisting, name: string): Promise<boolean> {
    return (await load(this.store, account, accountId)).commands.has(step(context, name).commandId);
  }

  /**
   * A message with a code to one of the owner's contacts, named by its method; the contact itself is the stream's to tell.
   * @throws RuleViolation method-not-available, also where nobody carries it
   */
  carrying({ methods }: AccountState, methodId: string, notice: Carried): Notice {
    const found = methods.find((one) => one.methodId === methodId);
    const channel = found && this.served.carries(found.method) && carriers[found.method];
    if (!found || !channel) throw new RuleViolation('method-not-available');
    return { ...notice, contact: found.contact, channel };
  }

  now = (): Instant => this.clock.now().toISOString();
}

export const memberOf = ({ accountId: memberId, account: { tenantId, roles } }: Authenticated): Member => ({
  memberId,
  tenantId,
  roles,
});
