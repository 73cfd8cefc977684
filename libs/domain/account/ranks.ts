import { RuleViolation } from '../decider.js';
import type { Role } from './lifecycle.js';

/** Somebody of the tenant who acts on another's account. */
export interface Member {
  readonly memberId: string;
  readonly tenantId: string;
  readonly roles: readonly Role[];
}

/** Who stands above whom; whoever has no role stands below all of them. */
const ranks: Record<Role, number> = {
  'global-administrator': 4,
  'authentication-administrator': 3,
  helpdesk: 2,
  auditor: 1,
  analyst: 1,
  ops: 1,
};

export const rankOf = (roles: readonly Role[]): number => Math.max(0, ...roles.map((role) => ranks[role]));

/** Nobody helps a role at or above their own, nor themselves, nor anybody of another tenant. @throws not-allowed, not-found */
export function mayAssist(
  { memberId, tenantId, roles }: Member,
  subject: { readonly accountId: string | null; readonly tenantId: string; readonly roles: readonly Role[] },
): void {
  if (subject.accountId === null || subject.tenantId !== tenantId) throw new RuleViolation('not-found');
  if (memberId === subject.accountId || rankOf(roles) <= rankOf(subject.roles)) throw new RuleViolation('not-allowed');
}
