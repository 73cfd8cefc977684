import { call } from '../api/transport.js';
import type { Group, Policy, Preview, SavedPolicy, Warning } from './policy.js';

interface ToldPolicy extends Policy {
  version: number;
  warnings: Warning[];
}

const saved = ({ version, warnings, ...policy }: ToldPolicy): SavedPolicy => ({ version, warnings, policy });

/** The session is the browser's cookie. */
export const policyApi = {
  read: () => call<ToldPolicy>('/api/v1/tenant/policy').then(saved),
  change: (patch: object, version: number, key: string) =>
    call<ToldPolicy>('/api/v1/tenant/policy', { method: 'PATCH', body: patch, ifMatch: `"${version}"`, key }).then(
      saved,
    ),
  preview: (patch: object, signal: AbortSignal) =>
    call<Preview>('/api/v1/tenant/policy?dryRun=true', { method: 'PATCH', body: patch, signal }),
  groups: () => call<{ groups: Group[] }>('/api/v1/tenant/groups').then(({ groups }) => groups),
};
