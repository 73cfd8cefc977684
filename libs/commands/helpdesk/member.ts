import type { Member } from '#libs/domain/account/ranks';
import type { Authenticated } from '../sessions/authenticate.js';

export const memberOf = ({ accountId: memberId, account: { tenantId, roles } }: Authenticated): Member => ({
  memberId,
  tenantId,
  roles,
});
