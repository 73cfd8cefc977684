import type { AccountState } from '#libs/domain/account/account.state';
import type { Notice } from '#libs/domain/account/notices';
import { familyOf } from '#libs/domain/methods';
import { derivedId } from '../steps.js';

/** What the owner is told if this failed try turns out to fill a limit. */
export const failureNotices = ({ methods }: AccountState, reservationId: string): Notice[] =>
  methods
    .filter(({ method }) => familyOf(method) === 'email')
    .map(({ methodId, contact }) => ({
      noticeId: derivedId(reservationId, 'someone-tried', methodId),
      template: 'someone-tried-and-failed',
      contact,
    }));
