import { Injectable } from '@nestjs/common';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Alert } from '#libs/domain/account/alerts';
import type { Notice, NoticeTemplate } from '#libs/domain/account/notices';
import { familyOf } from '#libs/domain/methods';
import type { CommandContext } from '#libs/eventstore/execute';
import { derivedId } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';

interface Told {
  readonly notices: Notice[];
  readonly alerts: Alert[];
}

/** Who hears that a recovery came to its end: the owner at every address, and administrators about one of theirs. */
@Injectable()
export class ResetNotices {
  constructor(private readonly tenants: Tenants) {}

  /** @returns what to request on the account's stream, once its state is known */
  async of(
    tenantId: string,
    template: NoticeTemplate,
    { commandId }: CommandContext,
  ): Promise<(owner: AccountState) => Told> {
    const { notifications } = (await this.tenants.byId(tenantId)).policy;
    return ({ methods, roles }) => {
      const addresses = notifications.users ? methods.filter(({ method }) => familyOf(method) === 'email') : [];
      return {
        notices: addresses.map(({ methodId, contact }) => ({
          noticeId: derivedId(commandId, 'notice', methodId),
          template,
          contact,
        })),
        alerts:
          notifications.administrators && roles.length > 0
            ? [{ alertId: derivedId(commandId, 'alert'), template: 'administrator-was-reset' }]
            : [],
      };
    };
  }
}
