import { Injectable } from '@nestjs/common';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Notice, NoticeTemplate } from '#libs/domain/account/notices';
import { familyOf } from '#libs/domain/methods';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { Administrators } from './administrators.js';

export interface ToTell {
  /** Told once, however often it is asked: the notices' ids come from it. */
  readonly id: string;
  readonly template: NoticeTemplate;
  readonly facts?: Readonly<Record<string, string>>;
  /** Whose account it is about; they are not told themselves. */
  readonly about?: string;
  readonly correlationId: string;
  readonly causationId?: string;
}

/** Each one's notice is requested on their own stream, because an address is readable under its owner's key alone. */
@Injectable()
export class TellAdministrators {
  constructor(
    private readonly store: EventStore,
    private readonly administrators: Administrators,
    private readonly clock: Clock,
  ) {}

  /** @returns how many were told; begun and broken off it is simply repeated, and nobody is told twice */
  async of(tenantId: string, told: ToTell): Promise<number> {
    const others = (await this.administrators.of(tenantId)).filter((administrator) => administrator !== told.about);
    const { id, correlationId, causationId } = told;
    const now = this.clock.now().toISOString();
    for (const administrator of others) {
      await execute(
        this.store,
        account,
        administrator,
        (state): AccountCommand => ({ type: 'RequestNotices', data: { notices: noticesOf(told, state), now } }),
        {
          commandId: derivedId(id, administrator),
          correlationId,
          ...(causationId && { causationId }),
          actor: { kind: 'system', id: 'alerts' },
        },
      );
    }
    return others.length;
  }
}

const noticesOf = ({ id, template, facts, about }: ToTell, { methods }: AccountState): Notice[] =>
  methods
    .filter(({ method }) => familyOf(method) === 'email')
    .map(({ methodId, contact }) => ({
      noticeId: derivedId(id, methodId),
      template,
      contact,
      ...(about && { about }),
      ...(facts && { facts }),
    }));
