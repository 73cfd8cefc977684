import { telecom } from '#libs/domain/telecom/telecom';
import type { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import type { Clock } from '#libs/runtime/clock';
import type { TellAdministrators } from '../helpdesk/tell-administrators.js';
import { derivedId } from '../steps.js';

/** Tells a tenant's administrators that the month's telecom budget is low. Broken off it is carried again; nobody hears it twice. */
export class CarryTelecomWarningHandler {
  constructor(
    private readonly store: EventStore,
    private readonly administrators: TellAdministrators,
    private readonly clock: Clock,
  ) {}

  async execute(tenantId: string, month: string): Promise<void> {
    const streamId = `${tenantId}-${month}`;
    const { warning } = (await load(this.store, telecom, streamId)).state;
    if (!warning) return;
    const id = derivedId(tenantId, 'telecom-budget-low', month, String(warning.budget));
    const facts = { month, reserved: String(warning.reserved), budget: String(warning.budget) };
    const warned = { id, template: 'telecom-budget-low', facts, correlationId: id } as const;
    const told = await this.administrators.of(tenantId, warned);
    const now = this.clock.now().toISOString();
    const carried = { type: 'CarryTelecomWarning', data: { tenantId, month, told, now } } as const;
    const actor = { kind: 'system', id: 'telecom' } as const;
    await execute(this.store, telecom, streamId, carried, {
      commandId: derivedId(id, 'carried'),
      correlationId: id,
      actor,
    });
  }
}
