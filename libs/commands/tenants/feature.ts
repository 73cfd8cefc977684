import type { Feature } from '../feature.js';
import { ChangePolicyHandler } from './change-policy.js';
import { ChangeTenantHandler } from './change-tenant.js';
import { CreateTenantHandler } from './create-tenant.js';
import { ListGroupsHandler } from './list-groups.js';
import { Offices } from './offices.js';
import { PreviewPolicyHandler } from './preview-policy.js';
import { Tenants } from './tenants.js';

export const tenants: Feature = {
  handlers: [ChangePolicyHandler, ChangeTenantHandler, CreateTenantHandler, ListGroupsHandler, PreviewPolicyHandler],
  parts: [Offices, Tenants],
};
