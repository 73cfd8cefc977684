import { audit } from './audit.js';
import { openDeeds } from './open-deeds.js';
import type { Projection } from './projection.js';
import { recoveryStatus } from './recovery-status.js';
import { tenants } from './tenants.js';
import { users } from './users.js';

/** Every question this product answers from rows. */
export const models: readonly Projection[] = [recoveryStatus, users, tenants, audit, openDeeds].map(
  (model) => model as unknown as Projection,
);
