import type { AccountState } from '#libs/domain/account/account.state';
import type { RegisteredMethod } from '#libs/domain/account/registered-methods';
import { account } from '#libs/domain/account/account';
import { familyOf, servedMethods, type Method } from '#libs/domain/methods';
import type { Policy } from '#libs/domain/tenant/policy';
import { inForce } from '#libs/domain/tenant/in-force';
import type { TenantState } from '#libs/domain/tenant/tenant';

const nobody = { ref: '', sha256: '' };

/**
 * The account an unknown name would have: plausible methods, the same for the same name every time, its own ledger of
 * tries. It is looked at by the same rules as a real one.
 */
export function decoyAccount(token: string, subscribed: TenantState, ledger: AccountState): AccountState {
  const tenant = inForce(subscribed);
  const { policy, tenantId } = tenant;
  // One name in ten looks like an administrator's: those always need two gates.
  const alike = (Buffer.from(token, 'base64url')[7] ?? 0) % 10 === 0 ? (['helpdesk'] as const) : [];
  const roles = ledger.accountId === null ? alike : ledger.roles;
  return {
    ...account.initial,
    accountId: token,
    tenantId: tenantId ?? '',
    licensed: true,
    roles,
    groups: policy.groups,
    methods: decoyMethods(token, tenant, roles.length > 0),
    proofs: ledger.proofs,
    blocks: ledger.blocks,
  };
}

function decoyMethods(token: string, tenant: TenantState, administrator: boolean): RegisteredMethod[] {
  const { policy } = tenant;
  const gates = administrator ? 2 : policy.gatesRequired;
  const bytes = Buffer.from(token, 'base64url');
  const possible = likely.filter(
    (method) => isSent(method, tenant) && (method !== 'security-questions' || (!administrator && questionsMay(policy))),
  );
  const others = possible.filter((method) => method !== 'email');
  const more = Math.min(others.length, howMany(gates, bytes));
  const chosen = new Set<Method>(possible.filter((method) => method === 'email'));
  for (let n = 0; n < more; n++) chosen.add(others[(bytes[5]! + n) % others.length]!);
  // Who registers a mobile phone can be called on it, and some have one on their desk.
  if (chosen.has('sms') && isSent('mobile-call', tenant)) chosen.add('mobile-call');
  if (chosen.has('sms') && bytes[9]! % 6 === 0 && isSent('office-call', tenant)) chosen.add('office-call');
  return [...chosen].map((method) => ({ methodId: method, method, contact: nobody, by: 'user', at: '' }));
}

/** Families beside the address: rarer the more they are, but never so many that only somebody real could have them. */
function howMany(gates: 1 | 2, bytes: Buffer): number {
  if (gates === 1 && bytes[6]! % 3 !== 0) return 0;
  if (bytes[8]! % 4 !== 0) return 1;
  return bytes[8]! % 16 === 0 ? likely.length : 2;
}

/** A decoy shows nothing else. */
const likely: readonly Method[] = ['email', 'app-code', 'sms', 'app-notification', 'security-questions'];

/** Beside another gate they are shown to nobody before it is passed: then such a name shows its address alone. */
const questionsMay = ({ questions, gatesRequired }: Policy): boolean => gatesRequired > 1 || questions.alone;

const isSent = (method: Method, { policy: { methods, telecom } }: TenantState): boolean =>
  methods.includes(method) &&
  servedMethods.includes(method) &&
  (familyOf(method) !== 'phone' || telecom.countries.includes(decoysCountry));

/** Where every decoy's number is at home. */
const decoysCountry = 'JP';
