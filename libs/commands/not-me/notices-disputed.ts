import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { notMeMs, reportedBefore, stillDisputable, type Disputable } from '#libs/domain/account/disputes';
import { RuleViolation } from '#libs/domain/decider';
import type { DataOf } from '#libs/domain/events';
import { maskEmail } from '#libs/domain/masking';
import { plus, type Instant } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { noticeAt } from '../delivery/delivery-context.js';
import { Tenants } from '../tenants/tenants.js';
import { Tokens } from '../tokens.js';

export type Disowned = DataOf<'NoticeRequested'> & { readonly notMe: Disputable };

/** What the page behind the link shows. */
export interface NotMeView {
  /** which notice told of it, such as `password-was-reset` */
  what: string;
  organisation: string;
  /** masked: a link may be forwarded */
  account: string;
  at: Instant;
  expiresAt: Instant;
  usedAt?: Instant;
  /** to be named to the helpdesk */
  caseNumber?: string;
}

/** Finds the notice a "this was not me" link belongs to. */
@Injectable()
export class NoticesDisputed {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly tenants: Tenants,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** The token is checked before anything is read. @throws RuleViolation not-me-invalid, the same for every cause */
  async of(token: string | undefined): Promise<{ notice: Disowned; owner: AccountState }> {
    const named = token === undefined ? undefined : this.tokens.noticeIn(token);
    if (!named) throw new RuleViolation('not-me-invalid');
    const { accountId, noticeId: deliveryId, revision, credentialId } = named;
    const data = (await noticeAt(this.store, { accountId, deliveryId, revision }))?.data;
    if (!data?.notMe || data.notMe.credentialId !== credentialId) throw new RuleViolation('not-me-invalid');
    const { state } = await load(this.store, account, accountId);
    return { notice: data as Disowned, owner: state };
  }

  /** @throws RuleViolation not-me-invalid when there is nothing to dispute any more */
  async view({ template: what, notMe, at }: Disowned, owner: AccountState): Promise<NotMeView> {
    const now = this.clock.now().toISOString();
    const used = reportedBefore(owner, notMe);
    if (!used && !stillDisputable(owner, notMe, at, now)) throw new RuleViolation('not-me-invalid');
    if (used && now >= plus(at, notMeMs)) throw new RuleViolation('not-me-invalid');
    const { organisation } = await this.tenants.byId(owner.tenantId);
    const name = owner.username && (await this.vault.read(owner.username, 'account/username'));
    return {
      what,
      organisation,
      account: name ? maskEmail(name.toString(), false) : '',
      at,
      expiresAt: plus(at, notMeMs),
      ...(used && owner.dispute && { usedAt: owner.dispute.at, caseNumber: caseNumberOf(owner.dispute.caseId) }),
    };
  }
}

/** What people say on the phone instead of a case's id. */
export const caseNumberOf = (caseId: string): string => caseId.slice(0, 8).toUpperCase();
