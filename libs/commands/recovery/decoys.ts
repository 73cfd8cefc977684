import type { AccountState, RegisteredMethod } from '#libs/domain/account/account';
import { account } from '#libs/domain/account/account';
import { servedMethods, type Method } from '#libs/domain/methods';
import type { TenantState } from '#libs/domain/tenant/tenant';

const nobody = { ref: '', sha256: '' };

/**
 * The account an unknown name would have: plausible methods, the same for the same name every time, its own ledger of
 * tries. It is looked at by the same rules as a real one.
 */
export function decoyAccount(token: string, tenant: TenantState, ledger: AccountState): AccountState {
  const { policy, tenantId } = tenant;
  return {
    ...account.initial,
    accountId: token,
    tenantId: tenantId ?? '',
    licensed: true,
    groups: policy.groups,
    methods: decoyMethods(token, tenant),
    proofs: ledger.proofs,
    blocks: ledger.blocks,
  };
}

function decoyMethods(token: string, { policy }: TenantState): RegisteredMethod[] {
  const bytes = Buffer.from(token, 'base64url');
  const second: Method = (bytes[5] ?? 0) % 2 === 0 ? 'app-code' : 'sms';
  const wanted: Method[] = policy.gatesRequired === 2 || (bytes[6] ?? 0) % 3 === 0 ? ['email', second] : ['email'];
  const allowed = wanted.filter((method) => policy.methods.includes(method) && servedMethods.includes(method));
  return allowed.map((method) => ({ methodId: method, method, contact: nobody, by: 'user', at: '' }));
}
