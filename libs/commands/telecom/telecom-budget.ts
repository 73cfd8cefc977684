import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { monthOf, telecom } from '#libs/domain/telecom/telecom';
import { tenant } from '#libs/domain/tenant/tenant';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, recall } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';

interface Block {
  readonly month: string;
  left: number;
}

/** What a tenant may spend on messages and calls in a calendar month, reserved on its stream before it is spent. */
@Injectable()
export class TelecomBudget {
  readonly #blocks = new Map<string, Block>();
  readonly #reserving = new Map<string, Promise<boolean>>();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** Takes one message or call. @returns false when the month's budget is used up */
  async take(tenantId: string): Promise<boolean> {
    for (;;) {
      const block = this.#blocks.get(tenantId);
      if (block && block.month === this.#month() && block.left > 0) {
        block.left--;
        return true;
      }
      const reserving = this.#reserving.get(tenantId) ?? this.#reserve(tenantId);
      this.#reserving.set(tenantId, reserving);
      const more = await reserving.finally(() => this.#reserving.delete(tenantId));
      if (!more) return false;
    }
  }

  /** Whether nothing is left, as the log says; takes nothing. */
  async isUsedUp(tenantId: string): Promise<boolean> {
    const [{ state }, budget] = await Promise.all([
      load(this.store, telecom, `${tenantId}-${this.#month()}`),
      this.#budget(tenantId),
    ]);
    return state.reserved >= budget;
  }

  async #reserve(tenantId: string): Promise<boolean> {
    const [reservationId, month, budget] = [randomUUID(), this.#month(), await this.#budget(tenantId)];
    const data = { tenantId, month, reservationId, budget, now: this.#now() };
    const context = {
      ...{ commandId: reservationId, correlationId: reservationId, actor: { kind: 'system', id: 'telecom' } as const },
    };
    const { events } = await execute(
      this.store,
      telecom,
      `${tenantId}-${month}`,
      { type: 'ReserveTelecom', data },
      context,
    );
    const reserved = events.find((event) => event.type === 'TelecomReserved');
    if (reserved) this.#blocks.set(tenantId, { month, left: reserved.data.units });
    return reserved !== undefined;
  }

  async #budget(tenantId: string): Promise<number> {
    return (await recall(this.store, tenant, tenantId)).state.policy.telecom.monthlyBudget;
  }

  #now = (): string => this.clock.now().toISOString();
  #month = (): string => monthOf(this.#now());
}
