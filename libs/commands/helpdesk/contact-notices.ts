import type { AccountState } from '#libs/domain/account/account.state';
import type { Alert } from '#libs/domain/account/alerts';
import type { Notice } from '#libs/domain/account/notices';
import { familyOf, type Method } from '#libs/domain/methods';
import { derivedId } from '../steps.js';

/** F13: whatever happens to the contacts of an account, all of them that were there before are told. */
export const toldOwner = (
  { methods, credential }: AccountState,
  template: Notice['template'],
  commandId: string,
  facts: Record<string, string>,
): Notice[] =>
  methods
    .filter(({ method }) => familyOf(method) === 'email')
    .map(({ methodId, contact }) => ({
      noticeId: derivedId(commandId, template, methodId),
      template,
      contact,
      facts,
      notMe: { credentialId: credential?.credentialId ?? null, families: [] },
    }));

export const toldAdministrators = (
  template: Notice['template'],
  commandId: string,
  facts: { method: Method; caseId: string },
): Alert[] => [{ alertId: derivedId(commandId, 'alert'), template, facts }];
