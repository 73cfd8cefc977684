import { foundTenant, type Founded, type FoundingRequest } from '#libs/commands/operations/found-tenant';
import { RuleViolation } from '#libs/domain/decider';
import type { CliSettings } from './cli-settings.js';
import { withInfrastructure } from './local-infrastructure.js';
import { openLocalStores } from './local-stores.js';
import { OperatorError } from './operations.js';

/** Works on the stores themselves: server mode's, or those of an embedded Keyturn that is not running. */
export async function tenantCommand(settings: CliSettings, request: FoundingRequest): Promise<Founded> {
  const stores = await openLocalStores(settings, { create: true });
  try {
    // A new installation has no tables yet, and a domain may be on its way into them.
    return await withInfrastructure(settings, stores, (infrastructure) => foundTenant(infrastructure, request));
  } catch (error) {
    throw error instanceof RuleViolation ? new OperatorError(sentence(error)) : error;
  } finally {
    await stores.close();
  }
}

function sentence({ code, details }: RuleViolation): string {
  if (code === 'domain-taken') return `${String(details.domain)} belongs to a tenant already.`;
  return `--${String(details.field)} ${String(details.why)}.`;
}
