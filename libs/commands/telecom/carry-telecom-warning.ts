import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { familyOf } from '#libs/domain/methods';
import { telecom } from '#libs/domain/telecom/telecom';
import type { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import type { Clock } from '#libs/runtime/clock';
import type { Administrators } from '../helpdesk/administrators.js';
import { derivedId } from '../steps.js';

/** Tells a tenant's administrators that the month's telecom budget is low. Broken off it is carried again; nobody hears it twice. */
export class CarryTelecomWarningHandler {
  constructor(
    private readonly store: EventStore,
    private readonly administrators: Administrators,
    private readonly clock: Clock,
  ) {}

  async execute(tenantId: string, month: string): Promise<void> {
    const id = `${tenantId}-${month}`;
    const { warning } = (await load(this.store, telecom, id)).state;
    if (!warning) return;
    const now = this.clock.now().toISOString();
    const warningId = derivedId(tenantId, 'telecom-budget-low', month, String(warning.budget));
    const context = (name: string): CommandContext => ({
      commandId: derivedId(warningId, name),
      correlationId: warningId,
      actor: { kind: 'system', id: 'telecom' },
    });
    const facts = { month, reserved: String(warning.reserved), budget: String(warning.budget) };
    const administrators = await this.administrators.of(tenantId);
    for (const administrator of administrators) {
      const command = ({ methods }: AccountState) => ({
        type: 'RequestNotices' as const,
        data: {
          notices: methods
            .filter(({ method }) => familyOf(method) === 'email')
            .map(({ methodId, contact }) => ({
              noticeId: derivedId(warningId, methodId),
              template: 'telecom-budget-low' as const,
              contact,
              facts,
            })),
          now,
        },
      });
      await execute(this.store, account, administrator, command, context(administrator));
    }
    const carried = {
      type: 'CarryTelecomWarning',
      data: { tenantId, month, told: administrators.length, now },
    } as const;
    await execute(this.store, telecom, id, carried, context('carried'));
  }
}
