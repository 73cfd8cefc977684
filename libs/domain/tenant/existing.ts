import { RuleViolation } from '../decider.js';

/** @throws RuleViolation tenant-unknown */
export function existing({ tenantId }: { readonly tenantId: string | null }): string {
  if (tenantId === null) throw new RuleViolation('tenant-unknown');
  return tenantId;
}
