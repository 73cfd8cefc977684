import type { AccountState } from '#libs/domain/account/account.state';
import type { Notice } from '#libs/domain/account/notices';
import { sharing, type Registering } from '#libs/domain/account/registrations';
import { familyOf, type Family } from '#libs/domain/methods';
import type { VaultRef } from '#libs/domain/vault-ref';
import { derivedId } from '../steps.js';

/** What changes: a method that comes, maybe in another's place, or one that goes. */
export type MethodChange = (Registering & { readonly contact?: VaultRef }) | { readonly removes: string };

/**
 * F13, A4: every address is told, the old one too, whatever the tenant's policy about other notices says; made from the
 * state that the change is decided on, so it stands in the same append.
 */
export function changeNotices(state: AccountState, change: MethodChange, commandId: string): Notice[] {
  const { methods } = state;
  const addresses = methods.filter(({ method }) => familyOf(method) === 'email').map(({ contact }) => contact);
  const added = 'methods' in change && change.methods.some(({ method }) => method === 'email') && change.contact;
  if (added && !addresses.some(({ ref }) => ref === added.ref)) addresses.push(added);
  return addresses.map((contact, n) => ({
    noticeId: derivedId(commandId, 'change-notice', String(n)),
    template: 'methods-were-changed',
    contact,
    facts: factsOf(state, change),
    notMe: { credentialId: state.credential?.credentialId ?? null, families: familiesOf(change) },
  }));
}

/** What comes may be somebody else's. */
const familiesOf = (change: MethodChange): Family[] =>
  'methods' in change ? [...new Set(change.methods.map(({ method }) => familyOf(method)))] : [];

function factsOf(state: AccountState, change: MethodChange): Record<string, string> {
  if ('removes' in change) return { change: 'removed', method: sharing(state, change.removes)[0]?.method ?? '' };
  const { methods, replaces } = change;
  return { change: replaces === undefined ? 'added' : 'changed', method: methods[0]?.method ?? '' };
}
