import { agents } from './agents.js';
import { audit } from './audit.js';
import { destroyedData } from './destroyed-data.js';
import { openCases } from './open-cases.js';
import { openDeeds } from './open-deeds.js';
import { openWritebacks } from './open-writebacks.js';
import type { Projection } from './projection.js';
import { recoveryStatus } from './recovery-status.js';
import { sessions } from './sessions.js';
import { supersededData } from './superseded-data.js';
import { tenants } from './tenants.js';
import { users } from './users.js';
import { wrongTries } from './wrong-tries.js';

/** Every question this product answers from rows. */
export const models: readonly Projection[] = [
  recoveryStatus,
  users,
  tenants,
  audit,
  openDeeds,
  openCases,
  agents,
  openWritebacks,
  sessions,
  wrongTries,
  supersededData,
  destroyedData,
].map((model) => model as unknown as Projection);
