import { servedMethods, traitsOf, type Method } from '#libs/domain/methods';
import type { TenantState } from '#libs/domain/tenant/tenant';

/** What this installation can carry out: nobody is offered a way that ends nowhere. */
export class Served {
  /** @param telecom whether somebody carries text messages, and calls */
  constructor(private readonly telecom: { readonly texts: boolean; readonly calls: boolean }) {}

  /** The tenant, its policy narrowed to what can be carried out here. */
  narrow<T extends Pick<TenantState, 'policy'>>(tenant: T): T {
    const methods = tenant.policy.methods.filter((method) => this.carries(method));
    return methods.length === tenant.policy.methods.length
      ? tenant
      : { ...tenant, policy: { ...tenant.policy, methods } };
  }

  carries(method: Method): boolean {
    const { channel } = traitsOf(method);
    if (channel === 'sms') return this.telecom.texts;
    return channel === 'voice' ? this.telecom.calls : servedMethods.includes(method);
  }
}
